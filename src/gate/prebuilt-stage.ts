import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describeModule } from '../build/collect.js'
import { ElfError } from '../elf/elf.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { decompress } from '../kernel/decompress.js'
import type { BuiltModule } from '../model/built.js'
import { GateError, UsageError } from '../model/errors.js'
import type { Finding } from '../model/finding.js'
import type { Outcome } from './recorder.js'

/**
 * Copies the user's built modules, unpacked, into the output directory: what is checked is what lies there.
 * @throws UsageError where two files say that they are the same module
 */
export async function prebuiltStage(host: Host, files: readonly string[], outputDir: string, workDir: string): Promise<Outcome<BuiltModule[]>> {
  const modules: BuiltModule[] = []
  const findings: Finding[] = []
  await mkdir(join(outputDir, 'modules'), { recursive: true })
  for (const source of files) {
    const name = basename(source).replace(/\.(?:xz|zst|gz)$/, '')
    const data = await unpacked(host, source, workDir)
    const file = join(outputDir, 'modules', name)
    await writeFile(file, data)
    try {
      const module = describeModule(data, file, name)
      const other = modules.find((known) => known.name === module.name)
      if (other !== undefined) throw new UsageError('modules', source, `The kernel can hold one module of a name, and ${other.path} is ${module.name} too.`)
      modules.push(module)
    } catch (error) {
      if (!(error instanceof ElfError)) throw error
      findings.push({
        id: 'abi.elf',
        stage: 'build',
        severity: 'fail',
        title: `${name} is no kernel module that can be loaded: ${error.message}`,
        detail: `SHA-256 ${createHash('sha256').update(data).digest('hex')}, ${data.length} bytes`,
        remedy: 'Check that the file was copied as a whole, and that it is the .ko that the build made.',
      })
    }
  }
  const summary = findings.length > 0 ? `${findings.length} of ${files.length} files cannot be read` : `not built here: ${modules.map(({ path }) => path).join(', ')}`
  return { value: modules, findings, summary }
}

async function unpacked(host: Host, source: string, workDir: string): Promise<Buffer> {
  const raw = await readFile(source)
  if (!/\.(?:xz|zst|gz)$/.test(source)) return raw
  const scratch = await makeScratch(join(workDir, 'ko-'))
  try {
    const data = await decompress(host, raw, join(scratch, 'module'))
    if (typeof data !== 'string') return data
    throw new GateError({ id: 'host.decompress', stage: 'build', severity: 'error', title: `${basename(source)} cannot be decompressed: ${data}`, remedy: 'Install xz-utils and zstd, or give the module uncompressed.' })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
