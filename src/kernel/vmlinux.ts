import { readFile, writeFile } from 'node:fs/promises'
import { integer, range, ElfError } from '../elf/elf.js'
import type { Host } from '../host/host.js'
import { compressionOf, decompress } from './decompress.js'

/** Fields of the x86 boot protocol's setup header (Documentation/arch/x86/boot.rst, "Details of Header Fields"). */
const SETUP = { sectors: 0x1f1, magic: 0x202, protocol: 0x206, payloadOffset: 0x248, payloadLength: 0x24c }
/** Payload fields exist since protocol 2.08. */
const PROTOCOL = 0x0208

/** XEN_ELFNOTE_PHYS32_ENTRY: the 32-bit entry that QEMU boots (include/xen/interface/elfnote.h, docs of QEMU: PVH). */
const PVH_NOTE = 18
const PT_NOTE = 4

/** The compressed kernel inside a bzImage. @throws ElfError when it is none. */
export function payloadOf(image: Buffer): Buffer {
  if (image.length < 0x250 || image.toString('latin1', SETUP.magic, SETUP.magic + 4) !== 'HdrS') throw new ElfError('bzImage: no HdrS at 0x202')
  const protocol = integer(image, SETUP.protocol, 2, 'bzImage: protocol')
  if (protocol < PROTOCOL) throw new ElfError(`bzImage: boot protocol ${(protocol >> 8).toString()}.${(protocol & 255).toString()} has no payload field`)
  // 0 means 4, for kernels older than the field.
  const setup = ((integer(image, SETUP.sectors, 1, 'bzImage: setup_sects') || 4) + 1) * 512
  const payload = range(image, setup + integer(image, SETUP.payloadOffset, 4, 'bzImage: payload_offset'), integer(image, SETUP.payloadLength, 4, 'bzImage: payload_length'), 'bzImage: payload')
  // All but gzip are followed by the unpacked size, four bytes (scripts/Makefile.lib, size_append).
  return compressionOf(payload) === 'gzip' ? payload : payload.subarray(0, -4)
}

/** Whether QEMU can boot the ELF file by its PVH entry. @throws ElfError */
export function hasPvhEntry(elf: Buffer): boolean {
  const [table, size, count] = [integer(elf, 0x20, 8, 'program header table'), integer(elf, 0x36, 2, 'program header size'), integer(elf, 0x38, 2, 'number of program headers')]
  for (let i = 0; i < count; i++) {
    const header = range(elf, table + i * size, 56, `program header ${i}`)
    if (integer(header, 0, 4, 'type') !== PT_NOTE) continue
    if (notesOf(range(elf, integer(header, 8, 8, 'note offset'), integer(header, 32, 8, 'note size'), `notes ${i}`)).some(({ name, type }) => name === 'Xen' && type === PVH_NOTE)) return true
  }
  return false
}

/** ELF notes: name size, descriptor size, type, then both padded to four bytes. */
function notesOf(notes: Buffer): { name: string; type: number }[] {
  const found = []
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [integer(notes, at, 4, 'note'), integer(notes, at + 4, 4, 'note'), integer(notes, at + 8, 4, 'note')]
    found.push({ name: range(notes, at + 12, nameSize, 'note name').toString('latin1').replace(/\0$/, ''), type })
    at += 12 + ((nameSize + 3) & ~3) + ((size + 3) & ~3)
  }
  return found
}

/** Writes the ELF image inside `vmlinuz` to `target` when QEMU can boot it; else says why not. */
export async function unpackVmlinux(host: Host, vmlinuz: string, target: string): Promise<'unpacked' | { readonly reason: string }> {
  try {
    const elf = await decompress(host, payloadOf(await readFile(vmlinuz)), `${target}.payload`)
    if (typeof elf === 'string') return { reason: elf }
    if (!hasPvhEntry(elf)) return { reason: 'the kernel has no PVH note' }
    await writeFile(target, elf)
    return 'unpacked'
  } catch (error) {
    if (error instanceof ElfError) return { reason: error.message }
    throw error
  }
}
