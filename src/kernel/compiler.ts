import type { Architecture } from '../architecture/architecture.js'
import type { Host } from '../host/host.js'
import type { KernelTarget } from '../model/kernel.js'
import { viewNamed } from '../suites/apt-view.js'
import { parseStanzas } from './stanzas.js'

/**
 * The compiler that headers depend on, in one of the spellings of Debian's linux source package (debian/templates, `headers`):
 * `linux-compiler-gcc-12-x86`, `gcc-14`, `gcc-14-for-host`. undefined when they name none.
 */
export function compilerOfDepends(depends: string): string | undefined {
  return /(?:^|[ ,])(?:linux-compiler-)?((?:gcc|clang)-\d+)(?=$|[ ,:-])/.exec(depends)?.[1]
}

/**
 * The set of patches beyond the plain source that headers name in their common part: `rt` of linux-headers-6.1.0-56-common-rt (Debian's linux source
 * package, debian/config, featuresets). linux-source’s tar does not hold them. undefined for a kernel of the plain source; 7.x has its rt flavour from that.
 */
export function featuresetOfDepends(depends: string): string | undefined {
  return /(?:^|[ ,])linux-headers-\d[^ ,]*-common-([a-z][a-z0-9]*)(?=$|[ ,:])/.exec(depends)?.[1]
}

/** What a kernel's headers depend on, before they are downloaded; empty when apt does not say. */
export async function dependsOfHeaders(host: Host, { headers, archive }: KernelTarget, cacheDir: string): Promise<string> {
  const { options } = viewNamed(cacheDir, archive)
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...options, '--', `${headers.name}=${headers.version}`], seconds: 60 })
  return parseStanzas(shown.stdout)[0]?.depends ?? ''
}

/** Whether a compiler is here, or could be installed from the machine's own sources; one for another architecture where `cross` names it. */
export async function canHaveCompiler(host: Host, compiler: string, cross?: Architecture): Promise<boolean> {
  const [program, name] = cross === undefined ? [compiler, compiler] : [`${cross.crossPrefix}${compiler}`, `${compiler}-${cross.crossPackages}`]
  if ((await host.which(program)) !== undefined) return true
  // A purely virtual package has no stanza of its own.
  const shown = await host.run({ program: 'apt-cache', args: ['show', '--no-all-versions', '--', name], seconds: 60 })
  return parseStanzas(shown.stdout).length > 0
}
