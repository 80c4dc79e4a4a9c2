import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { FILES } from '../bundle/qemu-args.js'
import { exists } from '../host/exists.js'
import { UsageError } from '../model/errors.js'
import type { KernelTarget, OwnTarget } from '../model/kernel.js'
import type { Report } from '../model/report.js'
import { OtherSchema, readReport } from '../verdict/read-report.js'
import { ShapeError } from '../verdict/shape.js'
import { refusal, requireSealed } from './seal.js'

/** A bundle that is whole. */
export interface Handover {
  /** What the first half found out. */
  readonly report: Report
  readonly target: KernelTarget | OwnTarget
  /** Absolute path of the file that is booted. */
  readonly kernel: string
  /** cpio, not compressed. */
  readonly initramfs: Buffer
  /** By the kernel's names. */
  readonly modules: ReadonlyMap<string, Buffer>
}

/**
 * Reads a bundle; `dir` is an absolute path of it or of the output directory around it, `value` what the user said.
 * @throws UsageError (`bundle`) when there is no such directory
 * @throws GateError `handover.…` when it is not what the first half left
 */
export async function openHandover(dir: string, value: string): Promise<Handover> {
  const found = await stat(dir).catch(() => undefined)
  if (found?.isDirectory() !== true) throw new UsageError('bundle', value, `Allowed is the folder that the first half left; there is no such directory (${dir}).`)
  const bundle = (await exists(join(dir, 'bundle', FILES.seal))) ? join(dir, 'bundle') : dir
  const names = await requireSealed(bundle)
  for (const name of [FILES.report, FILES.kernel, FILES.initramfs]) if (!names.has(name)) throw refusal('handover.unreadable', `The bundle has no ${name}`, 'Make it again.')
  const { report, target } = await reportOf(join(bundle, FILES.report))
  const modules = new Map<string, Buffer>()
  for (const { name } of report.modules) {
    const file = join(FILES.modules, `${name}.ko`)
    if (!names.has(file)) throw refusal('handover.unreadable', `The bundle has no ${file}, which its report is about`, 'Make it again.')
    modules.set(name, await readFile(join(bundle, file)))
  }
  return { report, target, kernel: join(bundle, FILES.kernel), initramfs: await promisify(gunzip)(await readFile(join(bundle, FILES.initramfs))), modules }
}

async function reportOf(file: string): Promise<Pick<Handover, 'report' | 'target'>> {
  const content = await readFile(file, 'utf8')
  try {
    readReport(content)
  } catch (error) {
    if (error instanceof OtherSchema || error instanceof ShapeError || error instanceof SyntaxError) throw refusal('handover.unreadable', `The bundle’s report cannot be read: ${error.message}`, 'Make it again.')
    throw error
  }
  // This very version wrote it (bundle.json says so, and its hash agrees), so all the rest is what report/json.ts writes.
  const report = JSON.parse(content) as Report
  if (report.target === undefined || report.modules.length === 0) throw refusal('handover.unreadable', 'The bundle’s report is about no kernel, or about no module', 'Make it again.')
  // Paths are made of these.
  const odd = report.modules.find(({ name, path }) => !/^[\w-]{1,64}$/.test(name) || path.split('/').some((part) => part === '' || part === '.' || part === '..'))
  if (odd !== undefined) throw refusal('handover.unreadable', `The bundle’s report has a module ${JSON.stringify(odd.name)} at ${JSON.stringify(odd.path)}`, 'Make it again.')
  return { report, target: report.target }
}
