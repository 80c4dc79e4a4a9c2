import type { KernelTarget, PackageRef } from '../model/kernel.js'
import { parseRelease, type Release } from './release.js'
import type { Stanza } from './stanzas.js'
import { compareVersions } from './version.js'

/** How a distribution cuts a kernel image into packages; the first row whose packages exist is taken. */
const IMAGE_LAYOUTS: readonly ((release: string) => readonly string[])[] = [
  // 7.x: linux-image-R only pulls in these three.
  (release) => [`linux-binary-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-binary-unsigned-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-image-${release}`],
  (release) => [`linux-image-${release}-unsigned`],
]

/** The release whose image a package pulls in; undefined for one that pulls in none. */
export function imageDependency(depends: string): string | undefined {
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(depends)?.[1]
}

/** Holds no kernel itself: linux-image-6.12-amd64 of Debian 12, whose name looks like a release, and the stubs of the split packaging. */
function pointsElsewhere({ name, depends }: Stanza): boolean {
  return name.startsWith('linux-image-') && imageDependency(depends) !== undefined
}

/** What order kernels are listed in: newest first. */
export function newestFirst(a: KernelTarget, b: KernelTarget): number {
  return compareVersions(b.packageVersion, a.packageVersion) || compareVersions(b.release, a.release) || a.release.length - b.release.length
}

/** An archive's kernel packages by name. */
export class PackageIndex {
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
      .filter((target) => typeof target !== 'string')
      .sort(newestFirst)
  }

  /** The same at every version at which they all exist. */
  everyTarget(): KernelTarget[] {
    return this.#releases()
      .flatMap((release) => [...new Set(this.#byName.get(`linux-headers-${release}`)?.map(({ version }) => version))].map((version) => this.complete(release, version)))
      .filter((target) => typeof target !== 'string')
      .sort(newestFirst)
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
