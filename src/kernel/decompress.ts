import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { Host } from '../host/host.js'
import { decompressLz4Legacy, LZ4_LEGACY_MAGIC } from './lz4.js'

/** A kernel is 60 MB unpacked and a module 10 MB: what claims to be larger than this is not one. */
const LIMIT = 512 << 20
const DEADLINE = 120

export type Compression = 'gzip' | 'xz' | 'zstd' | 'lz4' | 'none'

/** Magic numbers as in the kernel's lib/decompress.c and scripts/extract-vmlinux; `none` is an ELF file as it is. */
export function compressionOf(data: Buffer): Compression | undefined {
  if (data.length < 6) return undefined
  if (data.readUInt16BE(0) === 0x1f8b) return 'gzip'
  if (data.readUIntBE(0, 6) === 0xfd377a585a00) return 'xz'
  if (data.readUInt32BE(0) === 0x28b52ffd) return 'zstd'
  if (data.readUInt32LE(0) === LZ4_LEGACY_MAGIC) return 'lz4'
  if (data.readUInt32BE(0) === 0x7f454c46) return 'none'
  return undefined
}

/** Tools that decompress FROM to FROM without its suffix; files rather than streams, since the output is binary. */
const TOOLS = {
  xz: (from: string) => ['--decompress', '--keep', '--force', '--single-stream', from],
  zstd: (from: string) => ['-q', '-f', '-d', from],
} as const

/** The decompressed data, or the reason why not. `scratch` is the path of a temporary file. */
export async function decompress(host: Host, data: Buffer, scratch: string): Promise<Buffer | string> {
  const compression = compressionOf(data)
  if (compression === undefined) return `the data begins with ${data.subarray(0, 6).toString('hex')}, which is no known compression`
  if (compression === 'none') return data
  try {
    if (compression === 'gzip') return gunzipSync(data, { maxOutputLength: LIMIT })
    if (compression === 'lz4') return decompressLz4Legacy(data, LIMIT)
  } catch (error) {
    return `${compression}: ${error instanceof Error ? error.message : String(error)}`
  }
  return withTool(host, compression, data, scratch)
}

async function withTool(host: Host, program: 'xz' | 'zstd', data: Buffer, scratch: string): Promise<Buffer | string> {
  const from = `${scratch}.${program === 'xz' ? 'xz' : 'zst'}`
  try {
    await writeFile(from, data)
    const exit = await host.run({ program, args: TOOLS[program](from), seconds: DEADLINE })
    if (exit.status !== 0) return `${program}: ${exit.stderr.trim()}`
    const { size } = await stat(scratch)
    return size > LIMIT ? `${program}: larger than ${LIMIT} bytes` : await readFile(scratch)
  } finally {
    await rm(from, { force: true })
    await rm(scratch, { force: true })
  }
}
