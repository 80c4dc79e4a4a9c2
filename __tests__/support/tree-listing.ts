import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** One line for every file, link and directory of a tree with its mode, time of change (unless `times` is false) and content: equal listings are equal trees. */
export function treeListing(dir: string, below = '.', { times = true }: { readonly times?: boolean } = {}): string[] {
  return readdirSync(join(dir, below))
    .sort()
    .flatMap((name) => {
      const path = join(below, name)
      const stat = lstatSync(join(dir, path))
      const head = `${path} ${stat.mode.toString(8)}${times ? ` ${stat.mtimeMs}` : ''}`
      if (stat.isDirectory()) return [head, ...treeListing(dir, path, { times })]
      return [stat.isSymbolicLink() ? `${head} -> ${readlinkSync(join(dir, path))}` : `${head} ${digest(join(dir, path))}`]
    })
}
