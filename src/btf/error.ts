/** Bytes are not the BTF that was expected. The message says what was being read, and where. */
export class BtfError extends Error {
  override readonly name = 'BtfError'
}
