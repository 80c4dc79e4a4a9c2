/** One file, directory or link of an archive. */
export interface Member {
  /** Relative, without ./ before it. */
  readonly path: string
  /** As find(1) names it: f, d, l. */
  readonly kind: 'f' | 'd' | 'l'
  /** Permissions. */
  readonly mode: number
  /** Contents of a file: a part of the archive's own bytes. */
  readonly data: Buffer
  /** Text of a link. */
  readonly target: string
}

const BLOCK = 512
const KINDS: Readonly<Record<string, Member['kind']>> = { '0': 'f', '\0': 'f', '5': 'd', '2': 'l' }

/**
 * The members of an archive as keepTree() writes it: POSIX.1-2001, "pax Interchange Format", with extended headers for what does not fit. Reading it here is
 * how files can be written where they lie; tar(1) makes a new one of each, or cuts it to nothing first.
 * @throws Error when it is cut off, or has what keepTree() does not write
 */
export function* tarMembers(archive: Buffer): Generator<Member> {
  let extended: ReadonlyMap<string, string> = new Map()
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + BLOCK)
    if (header.length < BLOCK) throw new Error(`the archive ends at byte ${archive.length}, without its last block`)
    // The name of the last block is empty.
    if (header[0] === 0) return
    const size = Number.parseInt(field(header, 124, 12), 8)
    const data = archive.subarray(at + BLOCK, at + BLOCK + size)
    // A size that is no number is none of it either.
    if (data.length !== size) throw new Error(`the archive ends at byte ${archive.length}, within ${field(header, 0, 100)}`)
    const type = String.fromCharCode(header[156] ?? 0)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (type === 'x') {
      extended = recordsOf(data)
      continue
    }
    const kind = KINDS[type]
    if (kind === undefined || extended.has('size')) throw new Error(`${field(header, 0, 100)} is of type “${type}”`)
    const prefix = field(header, 345, 155)
    const name = extended.get('path') ?? (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100)
    yield { path: name.replace(/^\.\//, '').replace(/\/$/, ''), kind, mode: Number.parseInt(field(header, 100, 8), 8), data, target: extended.get('linkpath') ?? field(header, 157, 100) }
    extended = new Map()
  }
}

function field(header: Buffer, from: number, length: number): string {
  const end = header.indexOf(0, from)
  return header.toString('utf8', from, end < 0 ? from + length : Math.min(end, from + length))
}

/** `LENGTH NAME=VALUE\n`, LENGTH being that of the record in bytes. */
function recordsOf(data: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(0x20, at)
    const length = Number(data.toString('latin1', at, blank))
    if (!(length > 0)) throw new Error('an extended header is damaged')
    const record = data.toString('utf8', blank + 1, at + length - 1)
    const equals = record.indexOf('=')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}
