import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readModinfo } from '../elf/modinfo.js'
import type { Host } from '../host/host.js'
import { GateError } from '../model/errors.js'
import { openModules, readModule } from './module-files.js'
import { kernelName } from './module-name.js'

/** A module of the kernel's own package. */
export interface KernelModule {
  readonly name: string
  /** The uncompressed ELF file. */
  readonly data: Buffer
}

/** Names of what is built into the kernel (modules.builtin, one path a line). */
async function builtIns(modulesDir: string): Promise<Set<string>> {
  const text = await readFile(join(modulesDir, 'modules.builtin'), 'utf8').catch(() => '')
  return new Set(text.split('\n').flatMap((line) => kernelName(line) ?? []))
}

/** Those of the names that are modules of the package. */
export async function modulesAmong(host: Host, modulesDir: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const files = await openModules(host, modulesDir)
  return names.filter((name) => files.names.has(name.replaceAll('-', '_')))
}

/**
 * What modprobe loads before a module although the module calls none of it, such as the algorithms that it asks the crypto API for: `softdep=pre: a b post: c`
 * (MODULE_SOFTDEP in include/linux/module.h; modprobe.d(5)). What comes after it is no condition for it.
 */
export function softDependencies(module: Buffer): string[] {
  const names: string[] = []
  for (const record of readModinfo(module).get('softdep') ?? []) {
    let before = false
    for (const word of record.split(/\s+/)) {
      if (word === 'pre:' || word === 'post:') before = word === 'pre:'
      else if (before && word !== '') names.push(word)
    }
  }
  return names
}

/**
 * The kernel's own modules that must be loaded before those of `names`, dependencies first, each once; and those of `softly` where it has them.
 * What a module depends on is in its own `depends=` record, written by modpost; depmod's modules.dep, which the packages do not ship, says the same.
 * @throws GateError `kernel.dependency-missing` when a name is neither a module nor built in.
 */
export async function dependencyClosure(host: Host, modulesDir: string, names: readonly string[], softly: readonly string[] = []): Promise<KernelModule[]> {
  // Listing thousands of files for nothing takes as long as all else here.
  if (names.length === 0 && softly.length === 0) return []
  const [files, builtin] = await Promise.all([openModules(host, modulesDir), builtIns(modulesDir)])
  const ordered = new Map<string, KernelModule>()
  const underway = new Set<string>()

  async function visit(raw: string, wantedBy: string): Promise<void> {
    const name = raw.replaceAll('-', '_')
    if (ordered.has(name) || underway.has(name) || builtin.has(name)) return
    if (!files.names.has(name)) {
      throw new GateError({
        id: 'kernel.dependency-missing',
        stage: 'boot',
        severity: 'error',
        title: `${wantedBy} depends on ${name}, which this kernel neither has as a module nor built in`,
        remedy: 'Build the module that it depends on in the same directory, or choose a kernel flavour that has it.',
      })
    }
    underway.add(name)
    const data = await readModule(host, files, name)
    for (const dependency of softDependencies(data)) await visitSoftly(dependency)
    for (const dependency of (readModinfo(data).get('depends')?.[0] ?? '').split(',')) if (dependency !== '') await visit(dependency, name)
    ordered.set(name, { name, data })
  }

  /** modprobe passes over what is not there. The portable form of an algorithm has another file name, and is its alias (MODULE_ALIAS_CRYPTO in crypto/). */
  async function visitSoftly(raw: string): Promise<void> {
    const name = [raw, `${raw}_generic`].map((candidate) => candidate.replaceAll('-', '_')).find((candidate) => files.names.has(candidate))
    if (name !== undefined) await visit(name, 'the module')
  }

  for (const name of softly) await visitSoftly(name)
  for (const name of names) await visit(name, 'the module')
  return [...ordered.values()]
}
