import { createHash } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { makeScratch } from '../host/scratch.js'
import type { Host } from '../host/host.js'
import type { Member } from '../kernel/tar-members.js'
import { unpackWith } from '../kernel/unpack-with.js'
import { isBelow, LISTING } from './listing.js'
import type { Difference } from './turn.js'

/** A file beside what is kept of a prepared tree: how it was made of another one the last time. */
const STEP = 'step.gz'
/** Members beyond which nothing is written down: kernels of a series have some hundred, and what became of them takes 1 to 80 KB; of two series 4,000, and 2 MB. */
const MOST = 1000

/** A file or link, and what of the tree before its contents can be told with. */
type Stepped = Omit<Member, 'data'> & {
  /** Bytes of its contents. */
  readonly size: number
  /** Whether a file of its name is in the tree before. */
  readonly before: boolean
}

/** The step as it is written, in a file of gzip(1): a line of JSON, then what zstd(1) makes of the contents of all members, with those before as its dictionary (--patch-from). */
interface Head {
  /** Name of the tree that it begins with. */
  readonly from: string
  /** Of both lists: a tree that was prepared anew is another one. */
  readonly digest: string
  readonly gone: readonly string[]
  readonly goneDirs: readonly string[]
  readonly newDirs: readonly string[]
  /** Besides the members, which are laid, too. */
  readonly laid: readonly string[]
  readonly members: readonly Stepped[]
}

/** How one prepared tree is made of another, without comparing what is in them and without the large archives that both are made of. */
export interface Step {
  readonly from: string
  readonly difference: Difference
  /** What of the difference kernels of a version share, made of the tree before, which has to lie in `tree` still. @throws GateError, Error when it is not that tree */
  members(tree: string): Promise<readonly Member[]>
}

/** The step that makes the tree of that name; undefined when there is none, or it belongs to trees that are there no more. `scratch`: beginning of names for files. */
export async function readStep(host: Host, shelf: string, name: string, scratch: string): Promise<Step | undefined> {
  try {
    const text = await promisify(gunzip)(await readFile(join(shelf, name, STEP)))
    const end = text.indexOf('\n')
    const { from, digest, laid, members, ...gone } = JSON.parse(text.toString('utf8', 0, end)) as Head
    if (digest !== (await digestOf(shelf, [from, name]))) return undefined
    const difference = { ...gone, laid: new Set([...laid, ...members.map(({ path }) => path)]) }
    if (![...gone.gone, ...gone.goneDirs, ...gone.newDirs, ...difference.laid].every(isBelow)) return undefined
    return {
      from,
      difference,
      members: async (tree) => {
        const contents = await unpack(host, text.subarray(end + 1), Buffer.concat(members.map((member) => before(tree, member))), scratch)
        if (contents.length !== members.reduce((sum, { size }) => sum + size, 0)) throw new Error(`${STEP} of ${name} is not what its first line says`)
        let at = 0
        return members.map(({ size, ...member }) => ({ ...member, data: contents.subarray(at, (at += size)) }))
      },
    }
  } catch {
    // None was written, or it is damaged: what it would say is found out.
    return undefined
  }
}

function before(tree: string, { path, before: there }: Stepped): Buffer {
  if (!there) return Buffer.alloc(0)
  const file = join(tree, path)
  if (!lstatSync(file).isFile()) throw new Error(`${file} is no file`)
  return readFileSync(file)
}

/** Watches a tree being made of another, and writes down how. */
export class StepWriter {
  readonly #members = new Map<string, Member>()
  readonly #before = new Map<string, Buffer | undefined>()

  constructor(
    private readonly tree: string,
    private readonly difference: Difference,
  ) {}

  /** Before the member is written. */
  note(member: Member): void {
    if (this.#members.size > MOST) return
    // What is packed may have it twice; the later one counts.
    if (!this.#members.has(member.path)) this.#before.set(member.path, contentsOf(join(this.tree, member.path)))
    this.#members.set(member.path, member)
  }

  /** In place of what was written before, when the tree is whole: that of `name`, made of `from`. */
  async write(host: Host, shelf: string, name: string, from: string): Promise<void> {
    if (this.#members.size > MOST) return
    const { laid, ...gone } = this.difference
    const members = [...this.#members.values()]
    const file = join(shelf, name, STEP)
    const fresh = await makeScratch(`${file}.`)
    try {
      const head: Head = {
        from,
        digest: await digestOf(shelf, [from, name]),
        ...gone,
        laid: [...laid].filter((path) => !this.#members.has(path)),
        members: members.map(({ data, ...member }) => ({ ...member, size: data.length, before: this.#before.get(member.path) !== undefined })),
      }
      const packed = await pack(host, Buffer.concat(members.map(({ data }) => data)), Buffer.concat(members.map(({ path }) => this.#before.get(path) ?? Buffer.alloc(0))), join(fresh, 'step'))
      // Renamed: a run beside this one reads it.
      await writeFile(join(fresh, STEP), await promisify(gzip)(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packed])))
      await rename(join(fresh, STEP), file)
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
}

/** Contents of a file; undefined where there is none, or something else. */
function contentsOf(file: string): Buffer | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined
}

/** @throws GateError */
function pack(host: Host, contents: Buffer, dictionary: Buffer, scratch: string): Promise<Buffer> {
  return zstd(host, [], contents, dictionary, scratch)
}

/** @throws GateError when it is damaged, or the dictionary is another one: zstd writes a checksum of the contents with them */
function unpack(host: Host, packed: Buffer, dictionary: Buffer, scratch: string): Promise<Buffer> {
  return zstd(host, ['-d'], packed, dictionary, scratch)
}

async function zstd(host: Host, args: readonly string[], input: Buffer, dictionary: Buffer, scratch: string): Promise<Buffer> {
  const [before, from, to] = ['before', 'in', 'out'].map((name) => `${scratch}.${name}`) as [string, string, string]
  try {
    await Promise.all([writeFile(before, dictionary), writeFile(from, input)])
    // An empty dictionary is refused.
    await unpackWith(host, 'zstd', ['-q', '-f', ...args, ...(dictionary.length === 0 ? [] : [`--patch-from=${before}`]), from, '-o', to], to)
    return await readFile(to)
  } finally {
    await Promise.all([before, from, to].map((file) => rm(file, { force: true })))
  }
}

async function digestOf(shelf: string, names: readonly string[]): Promise<string> {
  const digest = createHash('sha256')
  for (const name of names) digest.update(await readFile(join(shelf, name, LISTING)))
  return digest.digest('hex')
}
