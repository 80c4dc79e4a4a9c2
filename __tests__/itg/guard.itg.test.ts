import { chmodSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { mustInRoot } from '../support/in-root.js'
import { stageOf, weighty, wordsOf } from '../support/report-file.js'
import { WORKSPACE } from '../support/runner-shim.js'

const LOST_WITH_PAHOLE = ['PAHOLE_VERSION', 'PAHOLE_HAS_SPLIT_BTF', 'PAHOLE_HAS_LANG_EXCLUDE', 'DEBUG_INFO_BTF_MODULES', 'MODULE_ALLOW_BTF_MISMATCH']
let root = ''

beforeEach(async () => {
  ;({ root } = await preparedRoot('bookworm'))
  checkout(root, HELLO, 'hello')
}, 600_000)

/** Whatever the gate compiled for the user would be in its output directory. */
async function builtFiles(): Promise<readonly string[]> {
  const files = await readdir(join(root, WORKSPACE, 'kmod-gate-out'), { recursive: true }).catch(() => [])
  return files.filter((file) => /\.(o|ko)$/.test(file))
}

/** With Debian's compiler of the kernel there under another name only. */
async function withRenamedCompiler(work: () => Promise<void>): Promise<void> {
  const gcc = join(root, 'usr/bin/gcc')
  renameSync(join(root, 'usr/bin/gcc-12'), join(root, 'usr/bin/gcc-12.away'))
  unlinkSync(gcc)
  symlinkSync('x86_64-linux-gnu-gcc-12', gcc)
  try {
    await work()
  } finally {
    unlinkSync(gcc)
    symlinkSync('gcc-12', gcc)
    renameSync(join(root, 'usr/bin/gcc-12.away'), join(root, 'usr/bin/gcc-12'))
  }
}

test('install: false without pahole: the guard names the five symbols and dwarves, and nothing is compiled', async () => {
  await mustInRoot(root, ['dpkg', '--purge', 'dwarves', 'pahole'], { timeout: 60 })
  const step = await gateStep(root, { module: 'hello', install: 'false' })
  expect([step.outputs['verdict'], step.status, weighty(step.report).filter(({ severity }) => severity === 'error')]).toEqual(['fail', 1, []])
  const said = weighty(step.report).map(wordsOf).join('\n')
  for (const symbol of LOST_WITH_PAHOLE) expect(said).toContain(symbol)
  expect(said).toContain('dwarves')
  expect(Number(step.outputs['config-delta'])).toBeGreaterThanOrEqual(5)
  expect(stageOf(step.report, 'guard')?.outcome).toBe('fail')
  expect(stageOf(step.report, 'build')?.outcome).toBe('skipped')
  expect(await builtFiles()).toEqual([])
  expect(step.annotations.map(({ data }) => data).join('\n')).toMatch(/pahole|dwarves/)
}, 300_000)

test('the same root with install: true gets pahole back and passes', async () => {
  const step = await gateStep(root, { module: 'hello', boot: 'off' })
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(existsSync(join(root, 'usr/bin/pahole'))).toBe(true)
}, 300_000)

test('install: false with the same compiler under another name: CC_VERSION_TEXT and the name to install are said', async () => {
  await withRenamedCompiler(async () => {
    const step = await gateStep(root, { module: 'hello', install: 'false' })
    expect([step.outputs['verdict'], step.status]).toEqual(['fail', 1])
    const said = weighty(step.report).map(wordsOf).join('\n')
    expect(said).toContain('CC_VERSION_TEXT')
    expect(said).toContain('gcc-12')
    expect(stageOf(step.report, 'build')?.outcome).toBe('skipped')
  })
}, 300_000)

test('on a machine that has nothing of the kernel yet, the delta is known before its image is even downloaded', async () => {
  const apt = join(root, 'usr/local/bin/apt-get')
  const told = join(root, 'tmp/image-was-held')
  const oldconfig = join('/', WORKSPACE, 'kmod-gate-out/config.oldconfig')
  writeFileSync(
    apt,
    [
      '#!/bin/sh',
      'case " $* " in *" download "*" linux-image-"*)',
      `  n=0; while [ $n -lt 900 ] && [ ! -e ${oldconfig} ]; do sleep 0.1; n=$((n + 1)); done`,
      // Long enough for the guard to compare.
      `  sleep 2; [ -e ${oldconfig} ] && echo until oldconfig > /tmp/image-was-held ;;`,
      'esac',
      'exec /usr/bin/apt-get "$@"',
    ].join('\n'),
  )
  chmodSync(apt, 0o755)
  try {
    await withRenamedCompiler(async () => {
      const step = await gateStep(root, { module: 'hello', 'cache-dir': '/tmp/empty-cache' })
      expect([step.outputs['verdict'], stageOf(step.report, 'guard')?.outcome]).toEqual(['fail', 'fail'])
      expect(weighty(step.report).map(wordsOf).join('\n')).toContain('CC_VERSION_TEXT')
      expect(readFileSync(told, 'utf8')).toBe('until oldconfig\n')
      // What came meanwhile is there for the next run.
      expect(existsSync(join(root, 'tmp/empty-cache/kits', (await readdir(join(root, 'tmp/empty-cache/kits'))).find((name) => /^\d/.test(name)) ?? '', 'complete'))).toBe(true)
    })
    const next = await gateStep(root, { module: 'hello', 'cache-dir': '/tmp/empty-cache', boot: 'off' })
    expect([next.outputs['verdict'], weighty(next.report)]).toEqual(['pass', []])
  } finally {
    rmSync(apt)
    for (const path of ['tmp/empty-cache', 'tmp/image-was-held']) rmSync(join(root, path), { recursive: true, force: true })
  }
}, 300_000)

test('pahole vanishes after oldconfig: caught when modules_prepare has run, before the build', async () => {
  const make = join(root, 'usr/local/bin/make')
  const pahole = join(root, 'usr/bin/pahole')
  writeFileSync(make, '#!/bin/sh\n/usr/bin/make "$@"; status=$?\ncase " $* " in *" oldconfig "*) mv /usr/bin/pahole /usr/bin/pahole.away ;; esac\nexit $status\n')
  chmodSync(make, 0o755)
  try {
    const step = await gateStep(root, { module: 'hello', install: 'false' })
    expect(existsSync(`${pahole}.away`)).toBe(true)
    expect([step.outputs['verdict'], step.status]).toEqual(['fail', 1])
    const said = weighty(step.report).map(wordsOf).join('\n')
    expect(said).toContain('modules_prepare')
    expect(said).toContain('DEBUG_INFO_BTF_MODULES')
    expect(stageOf(step.report, 'build')?.outcome).toBe('skipped')
  } finally {
    rmSync(make)
    if (existsSync(`${pahole}.away`)) renameSync(`${pahole}.away`, pahole)
  }
}, 300_000)

test('an allowance that matches nothing is a warning, not a failure', async () => {
  const step = await gateStep(root, { module: 'hello', boot: 'off', 'allow-config-delta': 'DEBUG_INFO_BTF_MODULES: not there' })
  expect(step.outputs['verdict']).toBe('pass')
  expect(step.annotations.filter(({ name }) => name === 'warning').map(({ data }) => data).join('\n')).toContain('DEBUG_INFO_BTF_MODULES')
}, 300_000)
