import type { Host } from '../host/host.js'
import { GateError, UsageError } from '../model/errors.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'
import type { PackagedKernel } from '../model/request.js'
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
 * Chooses the kernel and one version for all of its packages.
 * @throws UsageError (`kernel`) when there is no such kernel, or one of its packages is missing at that version; lists what would work.
 * @throws GateError `kernel.no-package-lists` when apt knows no kernel packages at all.
 */
export async function resolveKernel(host: Host, spec: PackagedKernel, architecture: string): Promise<KernelTarget> {
  const stanzas = await kernelStanzas(host)
  if (stanzas.length === 0) {
    throw new GateError({
      id: 'kernel.no-package-lists',
      stage: 'resolve',
      severity: 'error',
      title: 'apt knows no kernel packages at all',
      remedy: 'Run apt-get update (with install: true the gate does it itself), and check that the system is Debian or Kali.',
    })
  }
  const index = new Index(stanzas)
  const wanted = chosen(index, spec, architecture, spec.kind === 'default' ? await metapackage(host, architecture) : undefined)
  const target = index.complete(wanted)
  if (typeof target !== 'string') return target
  throw new UsageError('kernel', wanted, `${target} ${works(index, wanted)}`)
}

/** The release that apt's candidate of the suite's metapackage depends on; apt decides, so that pins and backports count as they do for apt. */
async function metapackage(host: Host, architecture: string): Promise<string | undefined> {
  const shown = await host.run({ program: 'apt-cache', args: ['show', '--no-all-versions', '--', `linux-image-${architecture}`], seconds: 60 })
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(parseStanzas(shown.stdout)[0]?.depends ?? '')?.[1]
}

function chosen(index: Index, spec: PackagedKernel, architecture: string, meta: string | undefined): string {
  switch (spec.kind) {
    case 'release':
      return spec.release
    case 'default':
      return meta ?? newest(index, architecture)
    case 'series': {
      const ready = index.completeTargets().find((target) => target.flavour === architecture && `${target.release}.`.startsWith(`${spec.series}.`))
      if (ready === undefined) throw new UsageError('kernel', spec.series, `apt has no release of this series with image, headers and source at one version. ${works(index, spec.series)}`)
      return ready.release
    }
  }
}

/** Without a metapackage (install: false in a prepared image) the newest kernel that is there. */
function newest(index: Index, architecture: string): string {
  const found = index.completeTargets().find((target) => target.flavour === architecture)?.release
  if (found === undefined) throw new UsageError('kernel', 'default', `There is no metapackage linux-image-${architecture} here. ${works(index, '')}`)
  return found
}

/** The releases that would work, those that look like the wanted one first. */
function works(index: Index, wanted: string): string {
  const seriesOf = (release: string) => /^\d+\.\d+/.exec(release)?.[0]
  const near = (release: string) => (seriesOf(release) === seriesOf(wanted) ? 0 : 1)
  const all = index.completeTargets().map(({ release }) => release)
  if (all.length === 0) return 'No release in this container’s suites has image, headers and source at one version.'
  const sorted = [...all].sort((a, b) => near(a) - near(b))
  const rest = sorted.length > LISTED ? ` and ${sorted.length - LISTED} more` : ''
  return `These would work: ${sorted.slice(0, LISTED).join(', ')}${rest}.`
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

  /** The target, or a sentence that says which package is missing. */
  complete(release: string): KernelTarget | string {
    const parsed = parseRelease(release)
    if (parsed === undefined) return 'This is no release of a Debian or Kali kernel.'
    const layouts = IMAGE_LAYOUTS.map((layout) => layout(release)).filter((names) => names.every((name) => this.#byName.has(name)))
    if (layouts.length === 0) return this.#byName.has(`linux-headers-${release}`) ? `apt has linux-headers-${release} but no linux-image-${release}.` : 'apt has no such kernel.'
    const reasons: string[] = []
    for (const names of layouts) {
      for (const { version } of this.#byName.get(names[0] ?? '') ?? []) {
        const target = this.#at(parsed, version, names)
        if (typeof target !== 'string') return target
        reasons.push(target)
      }
    }
    return reasons[0] ?? 'apt has no such kernel.'
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
