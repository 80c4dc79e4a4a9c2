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

/** The compiler that a kernel's modules are built with, as its headers name it before they are downloaded: `gcc-16`. */
export async function compilerOfKernel(host: Host, { headers, archive }: KernelTarget, cacheDir: string): Promise<string | undefined> {
  const { options } = viewNamed(cacheDir, archive)
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...options, '--', `${headers.name}=${headers.version}`], seconds: 60 })
  return compilerOfDepends(parseStanzas(shown.stdout)[0]?.depends ?? '')
}

/** Whether a compiler is here, or could be installed from the machine's own sources. */
export async function canHaveCompiler(host: Host, compiler: string): Promise<boolean> {
  if ((await host.which(compiler)) !== undefined) return true
  // A purely virtual package has no stanza of its own.
  const shown = await host.run({ program: 'apt-cache', args: ['show', '--no-all-versions', '--', compiler], seconds: 60 })
  return parseStanzas(shown.stdout).length > 0
}
