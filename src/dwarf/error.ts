/**
 * `absent`: the file has no DWARF (built without -g, or stripped). `unsupported`: it has some that is not read here.
 * `damaged`: it contradicts itself.
 */
export type DwarfFault = 'absent' | 'unsupported' | 'damaged'

/** The debug information of a file cannot be read. The message says what was being read. */
export class DwarfError extends Error {
  override readonly name = 'DwarfError'

  constructor(
    message: string,
    readonly fault: DwarfFault = 'damaged',
  ) {
    super(message)
  }
}
