// What the proof says about a case's files: the committed command line, run as a person would.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vmlinuxOf } from './boot.mjs'
import { run } from './process.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const CLI = join(process.env.KMOD_GATE_DIST ?? join(PROJECT, 'dist'), 'cli', 'index.js')
/** The proof takes about a second. */
const DEADLINE = 60

/** A directory with all that is known of a kernel without booting it: image, configuration, Module.symvers and its modules. */
export async function againstDir(cache, kernel) {
  const dir = join(cache, `against-${kernel.release}`)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(join(dir, 'lib', 'modules'), { recursive: true })
  const links = {
    vmlinux: await vmlinuxOf(cache, kernel),
    'Module.symvers': join(kernel.headers, 'Module.symvers'),
    '.config': join(kernel.headers, '.config'),
    include: join(kernel.headers, 'include'),
    [`lib/modules/${kernel.release}`]: kernel.modulesDir,
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(dir, name))
  return dir
}

/** `{ verdict, findings: [{ id, title }], seconds }`; the verdict is clean, warned, gap, fault, or `none` when the proof could not be asked. */
export async function prove(against, files) {
  const began = Date.now()
  const output = mkdtempSync(join(tmpdir(), 'abi-table-proof-'))
  const { status, stdout, stderr } = await run(['node', CLI, 'abi', ...files, '--against', against, '--output-dir', output, '--json'], { seconds: DEADLINE }).finally(() => rmSync(output, { recursive: true, force: true }))
  const seconds = (Date.now() - began) / 1000
  const report = parsed(stdout)
  if (report === undefined) return { verdict: 'none', findings: [{ id: `status ${status}`, title: (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '' }], seconds }
  const findings = report.findings.map(({ id, title, severity }) => ({ id, title, severity }))
  return { verdict: verdictOf(status, report), findings, seconds }
}

/** A file that cannot be read as a module is a fault of the file; what was not proven is a gap. */
function verdictOf(status, report) {
  if (report.verdict === 'fail' || report.findings.some(({ severity }) => severity === 'fail')) return 'fault'
  if (report.verdict === 'error' || status === 3) return 'none'
  const warnings = report.findings.filter(({ severity }) => severity === 'warning')
  if (warnings.some(({ id }) => id === 'abi.gap')) return 'gap'
  return warnings.length > 0 ? 'warned' : 'clean'
}

function parsed(stdout) {
  try {
    return JSON.parse(stdout)
  } catch {
    return undefined
  }
}
