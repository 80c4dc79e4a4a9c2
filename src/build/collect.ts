import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { readModinfo } from '../elf/modinfo.js'
import type { BuiltModule } from '../model/built.js'

/** Every .ko below the module's directory, in a stable order. */
export async function findModules(moduleDir: string): Promise<string[]> {
  const entries = await readdir(moduleDir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ko'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * The kernel's name of a module: what it says itself (`name` in .modinfo, from KBUILD_MODNAME, scripts/mod/modpost.c), since a built file may have been
 * renamed; of one that says none, the file's name without .ko, dashes turned into underscores (scripts/Makefile.lib).
 */
function moduleName(info: ReadonlyMap<string, readonly string[]>, file: string): string {
  const said = info.get('name')?.[0] ?? ''
  return /^\w{1,55}$/.test(said) ? said : basename(file).replace(/\.ko$/, '').replaceAll('-', '_')
}

/**
 * Copies what was built into `targetDir` and reads what it says of itself.
 * @throws ElfError when make left a file that is no module.
 */
export async function collectModules(moduleDir: string, targetDir: string): Promise<BuiltModule[]> {
  const built: BuiltModule[] = []
  for (const source of await findModules(moduleDir)) {
    const path = relative(moduleDir, source)
    const file = join(targetDir, path)
    await mkdir(join(file, '..'), { recursive: true })
    await copyFile(source, file)
    built.push(describeModule(await readFile(file), file, path))
  }
  return built
}

/** What a module says of itself. @throws ElfError when it is none. */
export function describeModule(data: Buffer, file: string, path: string): BuiltModule {
  const info = readModinfo(data)
  return {
    name: moduleName(info, file),
    file,
    path,
    sha256: createHash('sha256').update(data).digest('hex'),
    size: data.length,
    depends: (info.get('depends')?.[0] ?? '').split(',').filter((name) => name !== ''),
    vermagic: info.get('vermagic')?.[0]?.trim() ?? '',
  }
}
