import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Host } from '../host/host.js'

/** A file beside what is kept of a prepared tree: all that is in the tree. */
export const LISTING = 'listing.gz'

/**
 * All that a tree holds: `PATH\tKIND MODE CONTENT` for each name in it, in the order of their paths, which are below its top. KIND is f, d or l as find(1) names it, MODE
 * octal, and CONTENT the BLAKE2b digest of a file (128 bits) or the text of a link. Times are not in it: `make M=` asks for none in the tree.
 */
export type Listing = readonly string[]

const DEADLINE = 300
/** NUL ends a path and what is said of it. */
const NAMES = '%P\\0%y %m %l\\0'
const DIGESTS = `find . -type f -printf '%P\\0' | xargs -0 -r b2sum --zero --length=128 --`
/** Characters of a digest, and of it with the two blanks behind it. */
const [DIGEST, BEFORE_NAME] = [32, 34]

/** Writes down all that is in the directory `tree`: 16,000 names in 0.3 MB. Where it cannot be read or written no other tree is made of it. */
export async function writeListing(host: Host, tree: string, file: string): Promise<void> {
  const [names, digests] = await Promise.all([
    host.run({ program: 'find', args: ['.', '-mindepth', '1', '-printf', NAMES], cwd: tree, seconds: DEADLINE }),
    host.run({ program: 'sh', args: ['-c', DIGESTS], cwd: tree, seconds: DEADLINE }),
  ])
  const untold = (why: string): void => host.log.detail(`what is in ${tree} was not written down: ${why}`)
  const failed = [names, digests].find(({ status }) => status !== 0)
  if (failed !== undefined) return untold(failed.stderr.trim().split('\n').at(-1) ?? '')
  const contents = new Map(records(digests.stdout).map((record) => [record.slice(BEFORE_NAME), record.slice(0, DIGEST)]))
  const said = records(names.stdout)
  const paths = new Map(said.flatMap((path, n) => (n % 2 === 0 ? [[path, `${said[n + 1] ?? ''}${contents.get(path) ?? ''}`] as const] : [])))
  const sorted = [...paths.keys()].sort()
  await writeFile(file, await promisify(gzip)(sorted.map((path) => `${path}\t${paths.get(path) ?? ''}\0`).join(''))).catch((error: unknown) => untold(String(error)))
}

/** The path of an entry. */
export function pathOf(entry: string): string {
  return entry.slice(0, entry.lastIndexOf('\t'))
}

/** Kind of an entry. */
export function kindOf(entry: string): string {
  return entry.charAt(entry.lastIndexOf('\t') + 1)
}

/** The tree that was written down; undefined where that was not done, or what is there is no such thing. */
export async function readListing(file: string): Promise<Listing | undefined> {
  const text = await readFile(file).then(promisify(gunzip)).catch(() => undefined)
  if (text === undefined) return undefined
  const listing = records(text.toString())
  return listing.every((entry) => entry.includes('\t') && isBelow(pathOf(entry))) ? listing : undefined
}

/** Whether it is a path below the top of a tree: what is written down may come from another machine's cache, and files of these names are removed and written. */
export function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !(path.includes('..') && path.split('/').includes('..'))
}

const records = (text: string): string[] => text.split('\0').slice(0, -1)
