/** The stream is no legacy lz4 frame, or it is damaged. */
export class Lz4Error extends Error {
  override readonly name = 'Lz4Error'
}

/** Legacy frame: this magic, then blocks of up to 8 MiB, each after its compressed size (lz4 frame format description, "Legacy frame"). */
export const LZ4_LEGACY_MAGIC = 0x184c2102
const BLOCK = 8 << 20

/**
 * Decompresses the legacy lz4 frame of a kernel image (`lz4 -l`).
 * @param limit bytes; a frame that would become larger is refused
 * @throws Lz4Error
 */
export function decompressLz4Legacy(data: Buffer, limit: number): Buffer {
  if (data.length < 4 || data.readUInt32LE(0) !== LZ4_LEGACY_MAGIC) throw new Lz4Error('no legacy lz4 magic')
  const blocks: Buffer[] = []
  let total = 0
  for (let at = 4; at + 4 <= data.length; ) {
    const size = data.readUInt32LE(at)
    at += 4
    // The kernel's build appends the uncompressed size, which reads like one more block header.
    if (at === data.length || size === 0) break
    if (at + size > data.length) throw new Lz4Error(`a block of ${size} bytes at ${at} leaves the frame of ${data.length} bytes`)
    const block = decompressBlock(data.subarray(at, at + size))
    total += block.length
    if (total > limit) throw new Lz4Error(`larger than ${limit} bytes`)
    blocks.push(block)
    at += size
  }
  return Buffer.concat(blocks)
}

/** lz4 block format description: token, literals, offset, match; the last sequence has literals only. */
function decompressBlock(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(BLOCK)
  let [from, to] = [0, 0]
  const byte = () => {
    const value = input[from++]
    if (value === undefined) throw new Lz4Error('block ends early')
    return value
  }
  const length = (nibble: number) => {
    let total = nibble
    if (nibble === 15) for (let more = 255; more === 255; ) total += more = byte()
    return total
  }
  while (from < input.length) {
    const token = byte()
    const literals = length(token >> 4)
    if (from + literals > input.length || to + literals > BLOCK) throw new Lz4Error('literals leave the block')
    input.copy(output, to, from, from + literals)
    from += literals
    to += literals
    if (from >= input.length) break
    const offset = byte() | (byte() << 8)
    const match = length(token & 15) + 4
    if (offset === 0 || offset > to || to + match > BLOCK) throw new Lz4Error('match leaves the block')
    // Source and target may overlap, so byte by byte unless they do not.
    if (offset >= match) output.copy(output, to, to - offset, to - offset + match)
    else for (let i = 0; i < match; i++) output[to + i] = output[to + i - offset] ?? 0
    to += match
  }
  return output.subarray(0, to)
}
