import { readFile } from 'node:fs/promises'
import { ElfError, integer, openElf } from '../elf/elf.js'
import { EM_AARCH64, type ElfIdentity, identifyElf } from '../elf/identity.js'
import type { Host } from '../host/host.js'
import { compressionOf, decompress } from './decompress.js'

/** Header of an arm64 Image (Documentation/arch/arm64/booting.rst, "Call the kernel image"): flags, of which bit 0 is the byte order, and the magic. */
const ARM64 = { flags: 0x18, magic: 0x38 }
/** Header of BTF (include/uapi/linux/btf.h, struct btf_header): magic 0xeb9f, version 1, no flags, 24 bytes. */
const BTF_HEADER = Buffer.from('9feb010018000000', 'hex')
const ET_EXEC = 2

/** An image that is booted as it is, unpacked. `scratch` is the path of a temporary file. @throws ElfError when it cannot be unpacked */
export async function readRawImage(host: Host, file: string, scratch: string): Promise<Buffer> {
  const data = await readFile(file)
  if (compressionOf(data) === undefined) return data
  const image = await decompress(host, data, scratch)
  if (typeof image === 'string') throw new ElfError(image)
  return image
}

/** Architecture of an ELF file or of an arm64 Image; undefined when it is neither. */
export function identityOfImage(image: Buffer): ElfIdentity | undefined {
  if (image.length > 64 && image.toString('latin1', ARM64.magic, ARM64.magic + 4) === 'ARMd') {
    return { bits: 64, bigEndian: (integer(image, ARM64.flags, 1, 'Image: flags') & 1) === 1, type: ET_EXEC, machine: EM_AARCH64 }
  }
  return elfOnly(() => identifyElf(image))
}

/**
 * The kernel's BTF: the section of that name in an ELF file, else the largest piece of data that begins with BTF's header, since an Image has no
 * table of what is in it. Its content is the reader's to judge. undefined when there is none.
 */
export function btfOfImage(image: Buffer): Buffer | undefined {
  const elf = elfOnly(() => openElf(image))
  const found = elf === undefined ? largestBtf(image) : elf.sections.find(({ name }) => name === '.BTF')?.data
  return found === undefined || found.length === 0 ? undefined : found
}

function largestBtf(image: Buffer): Buffer | undefined {
  let best: Buffer | undefined
  for (let at = image.indexOf(BTF_HEADER); at >= 0; at = image.indexOf(BTF_HEADER, at + 1)) {
    if (at + 24 > image.length) break
    const [types, typesLength, strings, stringsLength] = [8, 12, 16, 20].map((field) => integer(image, at + field, 4, 'BTF header'))
    // pahole writes the strings right behind the types.
    if (types !== 0 || strings === undefined || strings !== typesLength || stringsLength === undefined || at + 24 + strings + stringsLength > image.length) continue
    const length = 24 + strings + stringsLength
    if (length > (best?.length ?? 0)) best = image.subarray(at, at + length)
  }
  return best
}

function elfOnly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ElfError) return undefined
    throw error
  }
}
