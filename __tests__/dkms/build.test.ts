import { existsSync, mkdirSync, readFileSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { buildWithDkms, type DkmsPlan } from '../../src/dkms/build.js'
import { buildDirOf } from '../../src/dkms/conf.js'
import { linkKernel, namespaceArgs } from '../../src/dkms/kernel-link.js'
import { DKMS_3_0, DKMS_3_2, type DkmsRules } from '../../src/dkms/rules.js'
import type { Command, Exit, Host } from '../../src/host/host.js'
import { verdictOf } from '../../src/model/finding.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { BASE, TREE, confOf, realHost } from './reading.js'

const scratch = scratchDirectories()

/** patch(1) is not everywhere: answered here, run for real in the tests of the whole. */
function withPatch(host: ReturnType<typeof realHost>, exit: Partial<Exit> = {}): Host & { readonly commands: Command[] } {
  const run = (command: Command) => host.run(command)
  return {
    ...host,
    run: (command) => {
      if (command.program !== 'patch') return run(command)
      host.commands.push(command)
      return Promise.resolve({ status: 0, stdout: '', stderr: '', timedOut: false, seconds: 0, ...exit })
    },
  }
}

interface Case {
  readonly lines: string
  readonly files?: Readonly<Record<string, string>>
  readonly rules?: DkmsRules
  readonly host?: Host
  readonly modulesDir?: string
}

async function built({ lines, files = {}, rules = DKMS_3_2, host = realHost(), modulesDir = join(scratch(), 'modules') }: Case) {
  const [sourceDir, work] = [scratch(), scratch()]
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(sourceDir, name, '..'), { recursive: true })
    writeFileSync(join(sourceDir, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
  const conf = await confOf(sourceDir, BASE + lines, { rules, dkmsTree: join(work, 'dkms') })
  const plan: DkmsPlan = { conf, setting: { cc: 'gcc-12', jobs: 1, makeArgs: [] }, sourceDir, exclude: [], environment: {}, modulesDir, logFile: join(work, 'make.log'), locate: (file) => file, shown: 'dkms.conf' }
  const findings = await buildWithDkms(host, plan)
  return { findings, dir: buildDirOf(conf), sourceDir, log: readFileSync(plan.logFile, 'utf8'), modulesDir, titles: findings.map(({ severity, title }) => `${severity}: ${title}`) }
}

test('builds in a copy and finds what dkms.conf names', async () => {
  const { findings, dir, sourceDir } = await built({ lines: 'MAKE="echo built > thing.ko"' })
  expect(findings).toEqual([])
  expect(existsSync(join(dir, 'thing.ko'))).toBe(true)
  expect(existsSync(join(sourceDir, 'thing.ko'))).toBe(false)
  expect(readlinkSync(join(dir, '../source'))).toBe('build')
})

test('a module that was not built is a fault', async () => {
  const { findings, titles } = await built({ lines: 'MAKE="true"\nBUILT_MODULE_LOCATION=src' })
  expect(titles).toEqual(['fail: dkms.conf says that the build makes src/thing.ko, and it did not'])
  expect(verdictOf(findings)).toBe('fail')
})

test('a command that fails is a fault, with the end of its output', async () => {
  const { findings } = await built({ lines: 'MAKE="echo no luck; exit 4"' })
  expect(findings).toMatchObject([{ id: 'build.failed', severity: 'fail', title: 'MAKE of dkms.conf ended with status 4', detail: 'no luck' }])
})

test('what compilers print becomes findings', async () => {
  const { findings } = await built({ lines: `MAKE="echo 'thing.c:3:9: error: bad thing'; exit 2"` })
  expect(findings).toMatchObject([{ id: 'build.compile-error', place: { file: 'thing.c', line: 3 } }])
})

describe('the steps before MAKE', () => {
  const STEPS = 'PRE_BUILD="prepare"\nCLEAN="echo clean >> steps; false"\nMAKE="echo make >> steps; cp steps thing.ko"'
  const steps = async (rules: DkmsRules, script: string) => {
    const done = await built({ lines: STEPS, rules, files: { prepare: script } })
    return { titles: done.titles, steps: existsSync(join(done.dir, 'steps')) ? readFileSync(join(done.dir, 'steps'), 'utf8').trim().split('\n') : [] }
  }

  test('are PRE_BUILD and, in older releases, CLEAN', async () => {
    expect(await steps(DKMS_3_0, '#!/bin/sh\necho prepare >> steps')).toEqual({ titles: [], steps: ['prepare', 'clean', 'make'] })
    expect(await steps(DKMS_3_2, '#!/bin/sh\necho prepare >> steps')).toEqual({ titles: [], steps: ['prepare', 'make'] })
  })

  test('a failing PRE_BUILD ends the build in newer releases only', async () => {
    expect(await steps(DKMS_3_0, '#!/bin/sh\nexit 3')).toEqual({ titles: ['warning: dkms.conf: PRE_BUILD prepare ended with status 3'], steps: ['clean', 'make'] })
    expect(await steps(DKMS_3_2, '#!/bin/sh\nexit 3')).toEqual({ titles: ['fail: dkms.conf: PRE_BUILD prepare ended with status 3'], steps: [] })
  })

  test('a script that is not executable is not run', async () => {
    expect(await steps(DKMS_3_2, 'exit 3')).toEqual({ titles: ['warning: dkms.conf: PRE_BUILD prepare is not executable, so dkms does not run it'], steps: ['make'] })
  })
})

describe('patches', () => {
  const LINES = 'PATCH[0]=one.patch\nPATCH[1]=five.patch\nPATCH_MATCH[1]="^5"\nPATCH[2]=deep/two.patch\nMAKE="touch thing.ko"'
  const FILES = { 'patches/one.patch': 'x', 'patches/deep/two.patch': 'y' }

  test('go to patch(1) in order, in the copy', async () => {
    const host = withPatch(realHost())
    const { findings, dir } = await built({ lines: LINES, files: FILES, host })
    expect(findings).toEqual([])
    expect(host.commands.filter(({ program }) => program === 'patch').map(({ args, cwd }) => [cwd, ...args])).toEqual([
      [dir, '-p1', '--forward', '--input=patches/one.patch'],
      [dir, '-p1', '--forward', '--input=patches/deep/two.patch'],
    ])
  })

  test('that do not apply end the build', async () => {
    const host = withPatch(realHost(), { status: 1, stdout: '1 out of 1 hunk FAILED\n' })
    const { findings, dir } = await built({ lines: LINES, files: FILES, host })
    expect(findings).toMatchObject([{ id: 'build.dkms-patch', severity: 'fail', title: 'dkms.conf: the patch one.patch does not apply for 6.1.0-56-amd64', detail: '1 out of 1 hunk FAILED' }])
    expect(existsSync(join(dir, 'thing.ko'))).toBe(false)
  })

  test.each([
    ['none.patch', 'is not in patches/'],
    ['../outside.patch', 'leads out of patches/'],
    ['deep/..', 'leads out of patches/'],
  ])('%s', async (name, what) => {
    const { titles } = await built({ lines: `PATCH[0]=${name}\nMAKE=true`, files: FILES, host: withPatch(realHost()) })
    expect(titles).toEqual([`fail: dkms.conf: the patch ${name} ${what}`])
  })
})

describe('/lib/modules/<release>/build', () => {
  const RELEASE = '6.1.0-56-amd64'

  test('is there while the build runs, and gone afterwards', async () => {
    const modulesDir = join(scratch(), 'modules')
    const { findings, dir } = await built({ lines: `MAKE="readlink ${modulesDir}/$kernelver/build > thing.ko"`, modulesDir })
    expect(findings).toEqual([])
    expect(readFileSync(join(dir, 'thing.ko'), 'utf8').trim()).toBe(TREE)
    expect(existsSync(modulesDir)).toBe(false)
  })

  test('is left alone when it leads to the tree already', async () => {
    const modulesDir = scratch()
    mkdirSync(join(modulesDir, RELEASE))
    symlinkSync(TREE, join(modulesDir, RELEASE, 'build'))
    const link = await linkKernel(realHost(), RELEASE, TREE, modulesDir)
    expect([link.how, link.finding]).toEqual(['there already', undefined])
    await link.remove()
    expect(realpathSync(join(modulesDir, RELEASE, 'build'))).toBe(realpathSync(TREE))
  })

  test('is never replaced; a build that fails says so', async () => {
    const [modulesDir, other] = [scratch(), scratch()]
    mkdirSync(join(modulesDir, RELEASE))
    symlinkSync(other, join(modulesDir, RELEASE, 'build'))
    expect((await built({ lines: 'MAKE="touch thing.ko"', modulesDir })).findings).toEqual([])
    const { findings } = await built({ lines: 'MAKE="exit 1"', modulesDir })
    expect(findings).toMatchObject([{ id: 'build.failed' }, { id: 'build.dkms-kernel-link', severity: 'note', title: `${modulesDir}/${RELEASE}/build is not the tree that the gate builds in` }])
    expect(readlinkSync(join(modulesDir, RELEASE, 'build'))).toBe(other)
  })

  test('where nothing can be made the build goes on without', async () => {
    const file = join(scratch(), 'file')
    writeFileSync(file, '')
    expect((await linkKernel(realHost(), RELEASE, TREE, join(file, 'modules'))).how).toBe('none')
  })

  test('the namespace gets its words as parameters', () => {
    const words = namespaceArgs(RELEASE, '/tree', ['bash', '-c', 'x'])
    expect(words.slice(0, 5)).toEqual(['--mount', '--propagation', 'private', 'sh', '-c'])
    expect(words.slice(6)).toEqual(['sh', RELEASE, '/tree', 'bash', '-c', 'x'])
  })
})
