import type { Host } from '../host/host.js'
import type { KernelTarget, PackageRef } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { parseStanzas } from './stanzas.js'

/**
 * The packages beside the headers that hold what the kernel's own build left for building modules: the common headers, and the compiled programs of
 * scripts/ and tools/ (Debian's linux source package, debian/rules.real, `install-headers` and `build_kbuild`).
 */
export interface ShippedPackages {
  readonly common: PackageRef
  readonly kbuild: PackageRef
  /** Names of the packages without which the compiled programs do not start. */
  readonly libraries: readonly string[]
}

/** The names of both packages, as the headers depend on them; undefined where the headers are cut in another way. */
export function shippedNames(depends: string): { readonly common: string; readonly kbuild: string } | undefined {
  const [common, kbuild] = [/(?:^|[ ,])(linux-headers-\d[^ ,:]*-common)(?=$|[ ,:])/, /(?:^|[ ,])(linux-kbuild-\d[^ ,:]*)(?=$|[ ,:])/].map((pattern) => pattern.exec(depends)?.[1])
  return common === undefined || kbuild === undefined ? undefined : { common, kbuild }
}

/** The first choice of each dependency (deb822's Depends), without versions and architectures. */
export function firstChoices(depends: string): string[] {
  return depends.split(',').flatMap((dependency) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(dependency)?.[1] ?? [])
}

/** Both packages at the kernel's own version; undefined when apt does not have them so. `depends`: what the headers depend on. */
export async function shippedPackages(host: Host, { packageVersion, archive }: KernelTarget, depends: string, cacheDir: string): Promise<ShippedPackages | undefined> {
  const names = shippedNames(depends)
  if (names === undefined) return undefined
  const { options } = viewNamed(cacheDir, archive)
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...options, '--', ...[names.common, names.kbuild].map((name) => `${name}=${packageVersion}`)], seconds: 60 })
  const stanzas = parseStanzas(shown.stdout).filter(({ version, filename }) => version === packageVersion && filename !== undefined)
  const of = (wanted: string) => stanzas.find(({ name }) => name === wanted)
  const [common, kbuild] = [of(names.common), of(names.kbuild)]
  if (common === undefined || kbuild === undefined) return undefined
  const ref = ({ name, version, size, sha256 }: typeof common): PackageRef => ({ name, version, size, ...(sha256 !== '' && { sha256 }) })
  return { common: ref(common), kbuild: ref(kbuild), libraries: firstChoices(kbuild.depends) }
}
