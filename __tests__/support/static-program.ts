/** The smallest ELF file that is a static program: a header that tells of no program headers. */
export function staticProgram(): Buffer {
  const header = Buffer.alloc(64)
  header.write('\x7fELF\x02\x01\x01', 'latin1')
  return header
}
