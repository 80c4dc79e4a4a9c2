/** One entry of an initramfs. */
export type CpioEntry =
  | { readonly kind: 'dir'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly data: Buffer; readonly executable?: boolean; /** Permission bits; before `executable`. */ readonly mode?: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** Character device. */
  | { readonly kind: 'char'; readonly path: string; readonly major: number; readonly minor: number }

const TRAILER = 'TRAILER!!!'
const S_IFDIR = 0o040000
const S_IFREG = 0o100000
const S_IFLNK = 0o120000
const S_IFCHR = 0o020000

/**
 * A cpio archive in "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst): for each entry "070701", thirteen
 * numbers of eight hexadecimal digits, the name, and the data, name and data padded to four bytes. Times are zero, so that it is reproducible.
 */
export function cpioNewc(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map((entry, i) => record(entry.path.replace(/^\/+/, ''), modeOf(entry), dataOf(entry), i + 1, entry.kind === 'char' ? entry : undefined))
  return Buffer.concat([...parts, record(TRAILER, 0, Buffer.alloc(0), 0)])
}

function modeOf(entry: CpioEntry): number {
  switch (entry.kind) {
    case 'dir':
      return S_IFDIR | 0o755
    case 'link':
      return S_IFLNK | 0o777
    case 'char':
      return S_IFCHR | 0o600
    case 'file':
      return S_IFREG | (entry.mode ?? (entry.executable === true ? 0o755 : 0o644))
  }
}

function dataOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file') return entry.data
  return entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0)
}

function record(name: string, mode: number, data: Buffer, inode: number, device?: { major: number; minor: number }): Buffer {
  const encoded = Buffer.from(`${name}\0`)
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, device?.major ?? 0, device?.minor ?? 0, encoded.length, 0]
  const header = Buffer.from(`070701${numbers.map((n) => n.toString(16).padStart(8, '0')).join('')}`)
  return Buffer.concat([padded(Buffer.concat([header, encoded])), padded(data)])
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
}
