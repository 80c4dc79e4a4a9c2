import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DkmsConf } from '../../src/dkms/conf.js'
import type { Reading } from '../../src/dkms/interpret.js'
import { readDkmsConf, type ReadOptions } from '../../src/dkms/read.js'
import { DKMS_3_0, DKMS_3_2 } from '../../src/dkms/rules.js'
import type { Command, Host } from '../../src/host/host.js'
import type { Understanding } from './oracle.js'

export const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/dkms')
export const TREE = join(FIXTURES, 'trees/plain')

export interface Recorded {
  readonly dkms: string
  readonly release: string
  readonly tree: string
  /** What dkms itself said; `<tree>` stands for the kernel tree. */
  readonly understands: Understanding
}

/** Names of the recorded cases: folders with a dkms.conf and what dkms understands of it. */
export const CASES = readdirSync(FIXTURES).filter((name) => name !== 'trees').sort()

export function recorded(name: string): Recorded[] {
  return JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')) as Recorded[]
}

const silent = () => undefined

/** Runs everything for real, in a clean way; keeps the commands. */
export function realHost(): Host & { readonly commands: Command[] } {
  const commands: Command[] = []
  return {
    commands,
    log: { group: silent, endGroup: silent, info: silent, detail: silent, progress: silent },
    run: (command) => {
      commands.push(command)
      const env: NodeJS.ProcessEnv = { ...process.env, ...command.env }
      const ended = spawnSync(command.program, [...command.args], { encoding: 'utf8', env, timeout: command.seconds * 1000, ...(command.cwd !== undefined && { cwd: command.cwd }) })
      if (command.logFile !== undefined) writeFileSync(command.logFile, ended.stdout + ended.stderr, { flag: 'a' })
      return Promise.resolve({ status: ended.status ?? 127, stdout: ended.stdout, stderr: ended.stderr, timedOut: false, seconds: 0 })
    },
    start: () => {
      throw new Error('nothing is started here')
    },
    which: () => Promise.resolve(undefined),
  }
}

const DEFAULTS: ReadOptions = { rules: DKMS_3_2, release: '6.1.0-56-amd64', arch: 'x86_64', sourceDir: TREE, dkmsTree: '/var/lib/dkms' }

export function readFixture(name: string, options: Partial<ReadOptions> = {}): Promise<Reading> {
  return readDkmsConf(realHost(), join(FIXTURES, name), { ...DEFAULTS, ...options })
}

/** Writes a dkms.conf and reads it. */
export async function readText(dir: string, text: string, options: Partial<ReadOptions> = {}): Promise<Reading> {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'dkms.conf'), text)
  return readDkmsConf(realHost(), dir, { ...DEFAULTS, ...options })
}

/** The conf of a text that is good. */
export async function confOf(dir: string, text: string, options: Partial<ReadOptions> = {}): Promise<DkmsConf> {
  const { conf, findings } = await readText(dir, text, options)
  if (conf === undefined) throw new Error(findings.map((finding) => finding.title).join('\n'))
  return conf
}

export const rulesNamed = (release: string) => [DKMS_3_0, DKMS_3_2].find((rules) => rules.release === release) ?? DKMS_3_2

/** Lines that every dkms.conf needs. */
export const BASE = 'PACKAGE_NAME=thing\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME=thing\nDEST_MODULE_LOCATION=/updates\n'
