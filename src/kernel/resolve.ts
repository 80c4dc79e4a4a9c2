import type { Host } from '../host/host.js'
import { GateError, UsageError } from '../model/errors.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'
import type { PackagedKernel } from '../model/request.js'
import { kernelText } from '../request/kernel-spec.js'
import { OWN_VIEW, type AptView } from '../suites/apt-view.js'
import { parseRelease, type Release } from './release.js'
import { kernelStanzas, parseStanzas, type Stanza } from './stanzas.js'
import { compareVersions } from './version.js'

/** How a distribution cuts a kernel image into packages; the first row whose packages exist is taken. */
const IMAGE_LAYOUTS: readonly ((release: string) => readonly string[])[] = [
  // 7.x: linux-image-R only pulls in these three.
  (release) => [`linux-binary-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-binary-unsigned-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-image-${release}`],
  (release) => [`linux-image-${release}-unsigned`],
]

/** So many releases are listed in an error; the rest is counted. */
const LISTED = 12

/**
 * Chooses the kernel and one version for all of its packages, among those that `view` shows.
 * @throws UsageError (`kernel`) when there is no such kernel, or one of its packages is missing at that version; lists what would work.
 * @throws GateError `kernel.no-package-lists` when apt knows no kernel packages at all.
 */
export async function resolveKernel(host: Host, spec: PackagedKernel, architecture: string, view: AptView = OWN_VIEW): Promise<KernelTarget> {
  const stanzas = await kernelStanzas(host, view)
  if (stanzas.length === 0) {
    throw new GateError({
      id: 'kernel.no-package-lists',
      stage: 'resolve',
      severity: 'error',
      title: view.name === undefined ? 'apt knows no kernel packages at all' : `the package lists of ${view.name} have no kernel packages at all`,
      remedy: 'Run apt-get update (with install: true the gate does it itself), and check that the system is Debian or Kali.',
    })
  }
  const index = new Index(stanzas)
  const flavour = longFlavour(spec.flavour, architecture)
  const target = chosen(index, spec, flavour, spec.kind === 'default' ? await metapackage(host, flavour, view) : undefined)
  if (typeof target !== 'string') return { ...target, ...(view.name !== undefined && { archive: view.name }) }
  throw new UsageError('kernel', kernelText(spec), `${target} ${works(index, spec, flavour)}`)
}

/** The flavour as releases spell it: `cloud` is `cloud-amd64`, none is `amd64`. */
export function longFlavour(flavour: string | undefined, architecture: string): string {
  if (flavour === undefined || flavour === architecture) return architecture
  return flavour.endsWith(`-${architecture}`) ? flavour : `${flavour}-${architecture}`
}

/** The release that apt's candidate of the suite's metapackage depends on; apt decides, so that pins and backports count as they do for apt. */
async function metapackage(host: Host, flavour: string, view: AptView): Promise<string | undefined> {
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...view.options, '--no-all-versions', '--', `linux-image-${flavour}`], seconds: 60 })
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(parseStanzas(shown.stdout)[0]?.depends ?? '')?.[1]
}

/** The kernel, or a sentence that says why there is none. `meta`: what the metapackage depends on. */
function chosen(index: Index, spec: PackagedKernel, flavour: string, meta: string | undefined): KernelTarget | string {
  const ready = (): readonly KernelTarget[] => index.completeTargets().filter((target) => target.flavour === flavour)
  switch (spec.kind) {
    case 'release':
      return index.complete(spec.release)
    case 'default':
      // Without a metapackage (install: false in a prepared image) the newest kernel that is there.
      return meta === undefined ? (ready()[0] ?? `There is no metapackage linux-image-${flavour} here.`) : index.complete(meta)
    case 'series':
      return ready().find((target) => isOf(target, spec.series)) ?? `apt has no release of this series with image, headers and source at one version, of flavour ${flavour}.`
    case 'latest': {
      const of = ready().filter((target) => spec.series === undefined || isOf(target, spec.series))
      const some = of.length === 1 ? 'is only one release' : `are only ${of.length} releases`
      return of[spec.rank - 1] ?? (of.length === 0 ? `apt has no release with image, headers and source at one version, of flavour ${flavour}.` : `There ${some} of flavour ${flavour} with image, headers and source at one version.`)
    }
    case 'version':
      return index.atVersion(spec.version, flavour)
  }
}

/** `6.12` is of 6 and of 6.12. */
function isOf(target: KernelTarget, series: string): boolean {
  return `${target.series}.`.startsWith(`${series}.`)
}

/** The releases that would work, those that look like the wanted one first. */
function works(index: Index, spec: PackagedKernel, flavour: string): string {
  const byVersion = spec.kind === 'version'
  const wanted = spec.kind === 'release' ? spec.release : spec.kind === 'series' ? spec.series : byVersion ? spec.version : ''
  const seriesOf = (release: string) => /^\d+\.\d+/.exec(release)?.[0]
  const like = spec.kind === 'release' ? (parseRelease(spec.release)?.flavour ?? flavour) : flavour
  const ranks = (target: KernelTarget) => (seriesOf(target.release) === seriesOf(wanted) ? 0 : 2) + (target.flavour === like ? 0 : 1)
  const all = [...index.completeTargets()].sort((a, b) => ranks(a) - ranks(b))
  if (all.length === 0) return 'No release in these suites has image, headers and source at one version.'
  const words = [...new Set(all.map(({ release, packageVersion }) => (byVersion ? `=${packageVersion}` : release)))]
  const rest = words.length > LISTED ? ` and ${words.length - LISTED} more` : ''
  return `These would work: ${words.slice(0, LISTED).join(', ')}${rest}.`
}

/** Holds no kernel itself: linux-image-6.12-amd64 of Debian 12, whose name looks like a release, and the stubs of the split packaging. */
function pointsElsewhere({ name, depends }: Stanza): boolean {
  return name.startsWith('linux-image-') && /(?:^|[ ,])linux-(?:image|binary)-\d/.test(depends)
}

/** apt's kernel packages by name. */
class Index {
  readonly #byName = new Map<string, Stanza[]>()

  constructor(stanzas: readonly Stanza[]) {
    for (const stanza of stanzas) {
      if ((stanza.filename === undefined && !stanza.installed) || pointsElsewhere(stanza)) continue
      this.#byName.set(stanza.name, [...(this.#byName.get(stanza.name) ?? []), stanza])
    }
    for (const list of this.#byName.values()) list.sort((a, b) => compareVersions(b.version, a.version))
  }

  /** Every release whose packages all exist at one version, newest first. */
  completeTargets(): KernelTarget[] {
    return this.#releases()
      .map((release) => this.complete(release))
      .filter((target): target is KernelTarget => typeof target !== 'string')
      .sort((a, b) => compareVersions(b.packageVersion, a.packageVersion) || compareVersions(b.release, a.release) || a.release.length - b.release.length)
  }

  /** The release of that flavour whose packages have this version, or a sentence that says what is missing. */
  atVersion(version: string, flavour: string): KernelTarget | string {
    const releases = this.#releases().filter((release) => parseRelease(release)?.flavour === flavour && this.#ref(`linux-headers-${release}`, version) !== undefined)
    const targets = releases.map((release) => this.complete(release, version))
    return targets.find((target) => typeof target !== 'string') ?? targets[0] ?? `apt has no headers of flavour ${flavour} at version ${version}.`
  }

  /** The target at its newest complete version (or at the wanted one), or a sentence that says which package is missing. */
  complete(release: string, wanted?: string): KernelTarget | string {
    const parsed = parseRelease(release)
    if (parsed === undefined) return 'This is no release of a Debian or Kali kernel.'
    const layouts = IMAGE_LAYOUTS.map((layout) => layout(release)).filter((names) => names.every((name) => this.#byName.has(name)))
    if (layouts.length === 0) return this.#byName.has(`linux-headers-${release}`) ? `apt has linux-headers-${release} but no linux-image-${release}.` : 'apt has no such kernel.'
    const reasons: string[] = []
    for (const names of layouts) {
      for (const { version } of this.#byName.get(names[0] ?? '') ?? []) {
        if (wanted !== undefined && version !== wanted) continue
        const target = this.#at(parsed, version, names)
        if (typeof target !== 'string') return target
        reasons.push(target)
      }
    }
    return reasons[0] ?? `apt has no linux-image-${release}${wanted === undefined ? '' : ` ${wanted}`}.`
  }

  #at({ release, series, flavour }: Release, version: string, images: readonly string[]): KernelTarget | string {
    const [headers, source] = [this.#ref(`linux-headers-${release}`, version), this.#ref(`linux-source-${series}`, version)]
    const image = images.map((name) => this.#ref(name, version))
    const missing = [[`linux-headers-${release}`, headers] as const, [`linux-source-${series}`, source] as const, ...images.map((name, i) => [name, image[i]] as const)].filter(([, ref]) => ref === undefined)
    if (headers === undefined || source === undefined || missing.length > 0) return `${missing.map(([name]) => `${name} ${version}`).join(' and ')} is missing: image, headers and source must be of one version.`
    return { release, packageVersion: version, flavour, series, image: image.filter((ref) => ref !== undefined), headers, source }
  }

  #ref(name: string, version: string): PackageRef | undefined {
    const stanza = this.#byName.get(name)?.find((candidate) => candidate.version === version)
    return stanza === undefined ? undefined : { name, version, size: stanza.size, ...(stanza.sha256 !== '' && { sha256: stanza.sha256 }) }
  }

  #releases(): string[] {
    const names = [...this.#byName.keys()].flatMap((name) => /^linux-headers-(\d.*)$/.exec(name)?.[1] ?? [])
    return names.filter((release) => parseRelease(release) !== undefined && !/-common(?:-|$)/.test(release))
  }
}
