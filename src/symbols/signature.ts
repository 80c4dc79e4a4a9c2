import type { Problem } from './problem.js'

const MARKER = '~Module signature appended~\n'
/** struct module_signature (include/linux/module_signature.h): five numbers of one byte, three of padding, the signature's length in network order. */
const TRAILER = 12
const ID_TYPE = 2
const PKEY_ID_PKCS7 = 2
const LENGTH = 8

/**
 * Whether the kernel can read the signature that is appended to a module (kernel/module_signature.c, mod_check_sig). One that it cannot read is refused
 * even where signatures are not enforced; one by an unknown key only taints the kernel. Whether the key is known cannot be seen from here.
 */
export function checkSignature(what: string, file: Buffer, verified: boolean): Problem[] {
  if (!verified || file.length < MARKER.length || file.toString('latin1', file.length - MARKER.length) !== MARKER) return []
  const end = file.length - MARKER.length
  const wrong = unreadable(file.subarray(0, end))
  if (wrong === undefined) return []
  return [{ id: 'abi.signature-unreadable', severity: 'fail', title: `${what}: the kernel cannot read the signature at its end and refuses it (Bad message): ${wrong}`, remedy: 'Sign the module again (scripts/sign-file), or strip the signature; and copy the file as a whole.' }]
}

function unreadable(signed: Buffer): string | undefined {
  if (signed.length <= TRAILER) return `the file has ${signed.length} bytes before the mark, and the description of the signature has ${TRAILER}`
  const trailer = signed.subarray(signed.length - TRAILER)
  const length = trailer.readUInt32BE(LENGTH)
  if (length >= signed.length - TRAILER) return `it claims ${length} bytes of a file of ${signed.length}`
  // Another type of key is refused for want of a package (ENOPKG), which a kernel that does not enforce signatures lets pass.
  if (trailer[ID_TYPE] !== PKEY_ID_PKCS7) return undefined
  const others = [...trailer.subarray(0, LENGTH)].filter((_, i) => i !== ID_TYPE)
  if (others.some((byte) => byte !== 0)) return 'its description has values where PKCS#7 has none'
  return pkcs7(signed.subarray(signed.length - TRAILER - length, signed.length - TRAILER))
}

/** The outermost element must be a SEQUENCE that fills the signature (X.690, 8.1; lib/asn1_decoder.c). */
function pkcs7(data: Buffer): string | undefined {
  const [tag = 0, first = 0] = data
  if (tag !== 0x30) return 'it is no PKCS#7 message'
  const bytes = first & 0x80 ? first & 0x7f : 0
  if (first === 0x80 || bytes > 4 || data.length < 2 + bytes) return 'its length cannot be read'
  const length = bytes === 0 ? first : data.readUIntBE(2, bytes)
  return 2 + bytes + length === data.length ? undefined : `the PKCS#7 message has ${2 + bytes + length} bytes, and ${data.length} are there`
}
