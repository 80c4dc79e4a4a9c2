import { BtfError } from './error.js'
import { Wire } from './wire.js'

/** A part of the file, in bytes from the file's beginning. */
export interface Span {
  readonly offset: number
  readonly length: number
}

export interface Header {
  /** Bytes, as the header itself says. */
  readonly length: number
  readonly types: Span
  readonly strings: Span
  /** Sizes of the kinds, which pahole writes since version 1.31. */
  readonly layout: Span | undefined
}

/** struct btf_header of include/uapi/linux/btf.h. Linux 7.3 has the two layout fields, 6.12 had not; headers without them end before. */
const FIELDS = { version: 2, flags: 3, length: 4, types: 8, strings: 16, layout: 24 }
const WITHOUT_LAYOUT = 24
export const WITH_LAYOUT = 32

/** BTF_MAGIC is 0xeb9f: the order of its bytes tells the order of all numbers. */
function byteOrder(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x9f && bytes[1] === 0xeb) return true
  if (bytes[0] === 0xeb && bytes[1] === 0x9f) return false
  throw new BtfError(`BTF header: ${bytes.length < 2 ? `${bytes.length} bytes are no header` : `begins with ${Buffer.from(bytes.subarray(0, 2)).toString('hex')} instead of 9feb`}`)
}

/** Header fields after those known here are passed over, and so are bytes between the sections. @throws BtfError */
export function readHeader(bytes: Uint8Array): { readonly wire: Wire; readonly header: Header } {
  const wire = new Wire(bytes, byteOrder(bytes))
  if (bytes.length < WITHOUT_LAYOUT) throw new BtfError(`BTF header: ${bytes.length} bytes are fewer than the ${WITHOUT_LAYOUT} of a header`)
  if (bytes[FIELDS.version] !== 1) throw new BtfError(`BTF header: version ${bytes[FIELDS.version] ?? 0} at offset ${FIELDS.version}, only version 1 is known`)
  if (bytes[FIELDS.flags] !== 0) throw new BtfError(`BTF header: flags ${bytes[FIELDS.flags] ?? 0} at offset ${FIELDS.flags}, none are known`)
  const length = wire.u32(FIELDS.length, 'BTF header: its length')
  if (length < WITHOUT_LAYOUT || length > bytes.length) throw new BtfError(`BTF header: a length of ${length} at offset ${FIELDS.length}, in ${bytes.length} bytes of BTF`)

  const section = (field: number, name: string): Span => {
    const offset = length + wire.u32(field, `BTF header: offset of the ${name}`)
    const size = wire.u32(field + 4, `BTF header: length of the ${name}`)
    if (offset + size > bytes.length) throw new BtfError(`BTF header: the ${name} from offset ${offset} to ${offset + size} are outside the ${bytes.length} bytes of BTF`)
    return { offset, length: size }
  }
  const layout = length < WITH_LAYOUT || wire.u32(FIELDS.layout + 4, 'BTF header: length of the layout') === 0 ? undefined : section(FIELDS.layout, 'kind layouts')
  return { wire, header: { length, types: section(FIELDS.types, 'types'), strings: section(FIELDS.strings, 'strings'), layout } }
}
