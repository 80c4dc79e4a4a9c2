/** What a set of patches says of one file, in the order of the patches. */
interface Touch {
  /** Path below the tree, where the patch looks for the file; undefined when it makes it. */
  readonly from?: string
  /** Path of the result; undefined when the patch removes the file. */
  readonly to?: string
}

/**
 * Files of the tree that the patches read, as they are before the first patch: without these the patches cannot be applied. Those that a patch
 * makes itself are left out. Patches are unified diffs with one leading directory (`patch -p1`), as quilt and git write them.
 */
export function touchedFiles(patches: readonly string[]): readonly string[] {
  const made = new Set<string>()
  const needed = new Set<string>()
  for (const { from, to } of patches.flatMap(touchesOf)) {
    if (from !== undefined && !made.has(from)) needed.add(from)
    if (to !== undefined && to !== from) made.add(to)
  }
  return [...needed].sort()
}

function touchesOf(patch: string): Touch[] {
  const found: Touch[] = []
  const lines = patch.split('\n')
  let inHunk = { old: 0, new: 0 }
  for (const [at, line] of lines.entries()) {
    // Lines of a hunk are counted off: a removed line that begins with `--` looks like a header.
    if (inHunk.old > 0 || inHunk.new > 0) {
      inHunk = { old: inHunk.old - (/^[+\\]/.test(line) ? 0 : 1), new: inHunk.new - (/^[-\\]/.test(line) ? 0 : 1) }
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (hunk !== null) {
      inHunk = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) }
      // A file that is made is compared with nothing: an old range of no lines at line 0.
      const last = found.at(-1)
      if (last?.from !== undefined && last.from === last.to && /^@@ -0,0 /.test(line)) found[found.length - 1] = { to: last.from }
      continue
    }
    const [, renamed] = /^rename from (.+)$/.exec(line) ?? []
    if (renamed !== undefined) found.push({ from: renamed, ...to(/^rename to (.+)$/.exec(lines[at + 1] ?? '')?.[1]) })
    const [, old] = /^--- (\S+)/.exec(line) ?? []
    const [, fresh] = /^\+\+\+ (\S+)/.exec(lines[at + 1] ?? '') ?? []
    if (old !== undefined && fresh !== undefined) found.push({ ...from(below(old)), ...to(below(fresh)) })
  }
  return found
}

const from = (path: string | undefined): Touch => (path === undefined ? {} : { from: path })
const to = (path: string | undefined): Touch => (path === undefined ? {} : { to: path })

/** The path without its first directory; undefined for /dev/null. */
function below(path: string): string | undefined {
  return path === '/dev/null' ? undefined : path.slice(path.indexOf('/') + 1)
}

/** Arguments of patch(1) as Debian's own build applies them: quilt with `--fuzz=0` (debian/rules.real, source_%). */
export function patchArgs(treeDir: string, file: string): string[] {
  return ['--strip=1', '--fuzz=0', '--batch', '--forward', '--silent', '--no-backup-if-mismatch', '--remove-empty-files', '--reject-file=-', `--directory=${treeDir}`, `--input=${file}`]
}
