import { parseRelease } from '../kernel/release.js'
import type { Stanza } from '../kernel/stanzas.js'
import { compareVersions } from '../kernel/version.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'

/** How a distribution cuts a kernel image into packages (Debian's linux source package, debian/rules.gen): split since 7.x, signed or not. */
const IMAGE_LAYOUTS: readonly ((release: string) => readonly string[])[] = [
  (release) => [`linux-binary-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-binary-unsigned-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-image-${release}`],
  (release) => [`linux-image-${release}-unsigned`],
]

/** Holds no kernel itself: a metapackage, or the stub of the split packaging. */
function pointsElsewhere({ name, depends }: Stanza): boolean {
  return name.startsWith('linux-image-') && imageDependency(depends) !== undefined
}

/** The release whose image a package pulls in. */
export function imageDependency(depends: string): string | undefined {
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(depends)?.[1]
}

/** What order kernels are listed in: newest first. */
export function newestFirst(a: KernelTarget, b: KernelTarget): number {
  return compareVersions(b.packageVersion, a.packageVersion) || compareVersions(b.release, a.release)
}

/** Every kernel whose image, headers and source are there at one version, newest first; of one release at several versions, each. */
export function completeTargets(stanzas: readonly Stanza[]): KernelTarget[] {
  const packages = new Map<string, Map<string, Stanza>>()
  for (const stanza of stanzas) {
    if (stanza.filename === undefined || pointsElsewhere(stanza)) continue
    const versions = packages.get(stanza.name) ?? new Map<string, Stanza>()
    packages.set(stanza.name, versions.set(stanza.version, stanza))
  }
  const at = (name: string, version: string): PackageRef | undefined => {
    const stanza = packages.get(name)?.get(version)
    return stanza === undefined ? undefined : { name, version, size: stanza.size, ...(stanza.sha256 !== '' && { sha256: stanza.sha256 }) }
  }
  return [...packages]
    .flatMap(([name, versions]) => {
      const release = /^linux-headers-(\d.*)$/.exec(name)?.[1] ?? ''
      const parsed = parseRelease(release)
      // linux-headers-6.12-amd64 of Debian 12 looks like a release and is a metapackage: it has no image of its own.
      if (parsed === undefined || /-common(?:-|$)/.test(release)) return []
      return [...versions.keys()].flatMap((version) => targetAt(parsed, version, at))
    })
    .sort(newestFirst)
}

function targetAt({ release, series, flavour }: { release: string; series: string; flavour: string }, version: string, at: (name: string, version: string) => PackageRef | undefined): KernelTarget[] {
  const [headers, source] = [at(`linux-headers-${release}`, version), at(`linux-source-${series}`, version)]
  const image = IMAGE_LAYOUTS.map((layout) => layout(release).map((name) => at(name, version))).find((refs) => refs.every((ref) => ref !== undefined))
  if (headers === undefined || source === undefined || image === undefined) return []
  return [{ release, packageVersion: version, flavour, series, image, headers, source }]
}
