import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import type { Host } from '../host/host.js'
import { type HeadersKit, usesHeaders } from '../model/kernel.js'
import type { Toolchain } from '../model/toolchain.js'

/** What kbuild and Kconfig run besides the tools that are inspected (scripts/Kconfig.include, scripts/Makefile.*). */
const PROGRAMS = ['sh', 'bash', 'ar', 'nm', 'objcopy', 'objdump', 'readelf', 'strip', 'python3', 'perl', 'awk', 'sed', 'cpp', 'ld.bfd', 'pkg-config']

/** Variables that belong to a run, a shell or a terminal and say nothing to make. */
const VOLATILE = /^(?:GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|LC_|SSH_|XDG_|KMOD_GATE_|npm_|HOME$|PWD$|OLDPWD$|TMPDIR$|SHLVL$|TERM$|LANG$|LANGUAGE$|LS_COLORS$|COLORTERM$|NO_COLOR$|USER$|LOGNAME$|MAIL$|HOSTNAME$|CI$|_$)/

async function identity(path: string | undefined): Promise<unknown> {
  if (path === undefined) return null
  try {
    const real = await realpath(path)
    const { size, mtimeMs } = await stat(real)
    return [path, real, size, mtimeMs]
  } catch {
    return null
  }
}

async function digestOf(file: string | undefined): Promise<string> {
  return file === undefined ? '' : createHash('sha256').update(await readFile(file)).digest('hex')
}

/**
 * Digest of all that decides what `oldconfig` and `modules_prepare` make of a kernel's tree: the kernel's own files, each program that they run, the state
 * of the package system (libraries, headers, compiler internals), and the environment. Where it is the same, so is what they would make.
 */
export async function preparationFingerprint(host: Host, kit: HeadersKit, toolchain: Toolchain, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const programs = [...new Set([toolchain.cc, ...toolchain.tools.map(({ program }) => program), ...PROGRAMS])].sort()
  const found = await Promise.all(programs.map(async (program) => [program, await identity(await host.which(program))]))
  const variables = Object.entries(environment)
    .filter(([name]) => !VOLATILE.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const files = await Promise.all([kit.headersConfig, kit.moduleSymvers, kit.btfVmlinux].map(digestOf))
  const made = [usesHeaders(kit) ? 'headers' : 'source', files, found, toolchain.tools.map(({ program, actual, state }) => [program, actual, state]), variables, await digestOf('/var/lib/dpkg/status').catch(() => '')]
  return createHash('sha256').update(JSON.stringify(made)).digest('hex')
}
