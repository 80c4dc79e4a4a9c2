import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { ElfError, integer } from '../elf/elf.js'

/** More than any uname (include/uapi/linux/utsname.h: __NEW_UTS_LEN is 64). */
export const NAME_LENGTH = 64
/** Offset of the version string's place in a bzImage, less 0x200 (Documentation/arch/x86/boot.rst, kernel_version). */
const KERNEL_VERSION = 0x20e
/** Bytes of a file in which the headers of either kind of image lie. */
const HEAD = 64 << 10
const PT_NOTE = 4
/** NT_GNU_BUILD_ID (include/uapi/linux/elf.h). */
const BUILD_ID = 3
/** Bytes of notes that are read; a kernel has a few hundred. */
const MOST_NOTES = 64 << 10

export const isElf = (data: Buffer): boolean => data.length >= 4 && data.readUInt32BE(0) === 0x7f454c46

/**
 * What `uname -r` will say: from the setup header of a bzImage (Documentation/arch/x86/boot.rst, kernel_version), or the banner in a
 * vmlinux (init/version-timestamp.c, linux_banner). undefined when the file is neither.
 */
export async function releaseOfImage(file: string): Promise<string | undefined> {
  const start = await bytesAt(file, 0, HEAD)
  if (isElf(start)) return /Linux version (\S{1,64}) \(/.exec(bannerOf(await readFile(file)))?.[1]
  if (start.length < KERNEL_VERSION + 2 || start.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined
  const at = integer(start, KERNEL_VERSION, 2, 'bzImage: kernel_version') + 0x200
  return /^[^\s\0]{1,64}(?=[\s\0])/.exec(start.toString('latin1', at, at + NAME_LENGTH + 1))?.[0]
}

/** The text that begins with the banner. */
function bannerOf(data: Buffer): string {
  // linux_proc_banner is a format: %s version %s (…), and does not match.
  const at = data.indexOf('Linux version ')
  return at < 0 ? '' : data.toString('latin1', at, at + 256)
}

/**
 * Hex of the GNU build id of an ELF image, which every linking makes anew (ld(1), --build-id). undefined where it has none, or is no ELF file. Only
 * headers and notes are read: with its debug information a vmlinux has a gigabyte.
 */
export async function buildIdOf(file: string): Promise<string | undefined> {
  try {
    const head = await bytesAt(file, 0, HEAD)
    if (!isElf(head)) return undefined
    const [table, size, count] = [integer(head, 0x20, 8, 'program header table'), integer(head, 0x36, 2, 'program header size'), integer(head, 0x38, 2, 'number of program headers')]
    for (let i = 0; i < count; i++) {
      const at = table + i * size
      if (integer(head, at, 4, 'type') !== PT_NOTE) continue
      const found = buildIdIn(await bytesAt(file, integer(head, at + 8, 8, 'note offset'), Math.min(MOST_NOTES, integer(head, at + 32, 8, 'note size'))))
      if (found !== undefined) return found
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error
  }
  return undefined
}

/** ELF notes: sizes of name and descriptor, type, then both, padded to four bytes. */
function buildIdIn(notes: Buffer): string | undefined {
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [integer(notes, at, 4, 'note'), integer(notes, at + 4, 4, 'note'), integer(notes, at + 8, 4, 'note')]
    const descriptor = at + 12 + ((nameSize + 3) & ~3)
    if (type === BUILD_ID && notes.toString('latin1', at + 12, at + 16) === 'GNU\0' && descriptor + size <= notes.length) return notes.toString('hex', descriptor, descriptor + size)
    at = descriptor + ((size + 3) & ~3)
  }
  return undefined
}

async function bytesAt(file: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const data = Buffer.alloc(length)
    return data.subarray(0, (await handle.read(data, 0, length, offset)).bytesRead)
  } finally {
    await handle.close()
  }
}

/** Hex SHA-256 of a file of any size. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
