import { existsSync } from 'node:fs'
import { isAbsolute, normalize, relative, resolve } from 'node:path'
import type { Locate } from './diagnostics.js'

/**
 * Compilers name files absolutely, relative to the module's directory (kbuild of 6.13 and later runs there) or relative to the
 * kernel tree. Only what lies below `root` is a place; its path is given relative to `root`.
 */
export function locateBelow(root: string, moduleDir: string, treeDir: string): Locate {
  return (file) => {
    const candidates = isAbsolute(file) ? [normalize(file)] : [resolve(moduleDir, file), resolve(treeDir, file)]
    for (const candidate of candidates.filter((path) => existsSync(path))) {
      const path = relative(root, candidate)
      if (path !== '' && !path.startsWith('..') && !isAbsolute(path)) return path
    }
    return undefined
  }
}
