import { readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import { lastLines } from '../text/bounded.js'
import type { DkmsTarget } from './conf.js'
import { DumpError, parseDump, type Dump } from './dump.js'
import { interpret, type Reading } from './interpret.js'
import { readerScript } from './reader-script.js'
import type { DkmsRules } from './rules.js'

/** Seconds; real ones take a tenth. */
const DEADLINE = 60
/** Bytes of dkms.conf itself, and of all values that it sets. */
const LARGEST = 1 << 20

/** Characters of standard error that are kept. */
const MOST_SAID = 4096

/** What dkms has in its environment when root calls it. Nothing of the gate's own gets in. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface ReadOptions extends DkmsTarget {
  readonly rules: DkmsRules
  /** Absolute path of the directory that plays /var/lib/dkms; it need not exist yet. */
  readonly dkmsTree: string
  /** dkms.conf relative to the user's repository, as findings name it. */
  readonly shown?: string
}

/** Whether a directory is a dkms package: what `dkms: auto` asks. */
export function hasDkmsConf(dir: string): Promise<boolean> {
  return exists(join(dir, 'dkms.conf'))
}

/**
 * Reads `dir`/dkms.conf as dkms does for that kernel. The file is a shell script, so bash runs it: in a process of its own with a deadline,
 * an empty environment, an empty working directory that is removed again, and no input. It is trusted as far as the package's Makefile.
 * A file that dkms would refuse gives findings of severity `fail` and no conf.
 * @throws GateError `build.dkms-unreadable` when no answer can be had, `build.dkms-path` when a directory has a name that no MAKE can hold.
 */
export async function readDkmsConf(host: Host, dir: string, options: ReadOptions): Promise<Reading> {
  const file = join(dir, 'dkms.conf')
  const shown = options.shown ?? 'dkms.conf'
  for (const path of [options.sourceDir, options.dkmsTree]) {
    if (!/^\/[\w./+~@=-]*$/.test(path)) {
      throw new GateError({ id: 'build.dkms-path', stage: 'build', severity: 'error', title: `${JSON.stringify(path)} cannot be written into a MAKE of dkms.conf`, remedy: 'Use a working directory without blanks and special characters.' })
    }
  }
  const { size } = await stat(file)
  if (size > LARGEST) throw unreadable(shown, `It has ${size} bytes.`)
  const scratch = await makeScratch(join(tmpdir(), 'kmod-gate-dkms-'))
  try {
    const exit = await host.run({ program: 'env', args: readerArgs(file, scratch, options), cwd: scratch, seconds: DEADLINE })
    if (exit.timedOut) throw unreadable(shown, `It was still running after ${DEADLINE} s.`)
    const said = lastLines(exit.stderr.slice(-MOST_SAID), 20)
    const dump = await answer(join(scratch, 'dump'), shown, said)
    return interpret(dump, { file, shown, text: await readFile(file, 'utf8'), rules: options.rules, target: targetOf(options), dkmsTree: options.dkmsTree, said })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Arguments of env(1). The words reach bash as positional parameters, never as script. */
export function readerArgs(file: string, scratch: string, options: ReadOptions): string[] {
  const environment = [`PATH=${PATH}`, `HOME=${scratch}`, `TMPDIR=${scratch}`, 'LC_ALL=C']
  return ['-i', ...environment, 'bash', '--noprofile', '--norc', '-c', readerScript(options.rules), 'dkms', file, scratch, options.release, options.arch, options.sourceDir, options.dkmsTree]
}

const targetOf = ({ release, arch, sourceDir }: ReadOptions): DkmsTarget => ({ release, arch, sourceDir })

async function answer(file: string, shown: string, said: string): Promise<Dump> {
  if (!(await exists(file))) throw unreadable(shown, `bash ended before it wrote any\n${said}`.trim())
  const { size } = await stat(file)
  if (size > LARGEST) throw unreadable(shown, `Its values have ${size} bytes.`)
  try {
    return parseDump(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof DumpError) throw unreadable(shown, `${error.message}\n${said}`.trim())
    throw error
  }
}

function unreadable(shown: string, detail: string): GateError {
  return new GateError({
    id: 'build.dkms-unreadable',
    stage: 'build',
    severity: 'error',
    title: `bash gave no answer for ${shown}`,
    detail,
    remedy: 'Try `bash -n` on it; with dkms: off the gate builds the directory by its Makefile alone.',
    place: { file: shown },
  })
}
