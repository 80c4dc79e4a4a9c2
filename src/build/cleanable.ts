import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Names that no pattern of the kernel's `clean` (its Makefile) and no rule of kbuild's produces: sources, makefiles, texts. All others are left to make. */
const SOURCE = /^(?:[\w-]+\.(?:c|h|md|txt|json|yml|yaml|conf|sh|py)|Kbuild|Kconfig|Makefile|[A-Z]+|\.gitignore)$/

const MAKEFILE = /^(?:Kbuild|Makefile)$/

/** Words by which a makefile can name more that is taken away (scripts/Makefile.clean), or lets others name it. */
const NAMES_MORE = /clean|targets|always|extra-|hostprogs|hostlibs|userprogs|generated|include|\.\./

/** Whether `make clean` may find anything to do in a module's directory: most checkouts hold only sources, and starting make takes as long as compiling. */
export async function mayNeedClean(directory: string): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const kbuilds = new Set(entries.filter(({ name }) => name === 'Kbuild').map(({ parentPath }) => parentPath))
  for (const entry of entries) {
    if (!entry.isFile() && !entry.isDirectory()) return true
    if (entry.isDirectory()) continue
    if (!SOURCE.test(entry.name)) return true
    // A Makefile beside a Kbuild is for people: kbuild takes the latter (scripts/Makefile.clean), and reads the former only where it is included.
    if (entry.name === 'Makefile' && kbuilds.has(entry.parentPath)) continue
    if (MAKEFILE.test(entry.name) && NAMES_MORE.test(await readFile(join(entry.parentPath, entry.name), 'latin1'))) return true
  }
  return false
}
