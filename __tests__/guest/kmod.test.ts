import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { kmodFor, modprobeNames } from '../../src/guest/kmod.js'
import type { GuestPlan } from '../../src/guest/plan.js'
import type { Host } from '../../src/host/host.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-test-'))
  writeFileSync(join(dir, 'kmod'), 'no program that needs libraries')
  mkdirSync(join(dir, 'own'))
  writeFileSync(join(dir, 'own/modules.builtin'), 'kernel/fs/ext4/ext4.ko\n')
})
afterEach(() => rmSync(dir, { recursive: true }))

/** A host whose depmod lists what it is given. */
function host(installed: boolean, status = 0): Host {
  const run: Host['run'] = ({ args }) => {
    const tree = join(args[1] ?? '', 'lib/modules', args[2] ?? '')
    const found = readdirSync(tree, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(tree.length + 1)] : []))
    writeFileSync(join(tree, 'modules.dep'), found.sort().join('\n'))
    return Promise.resolve({ status, stdout: '', stderr: status === 0 ? '' : 'depmod: ERROR: bad', timedOut: false, seconds: 0 })
  }
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: () => undefined }
  return { log, run, start: () => { throw new Error('nothing is started') }, which: () => Promise.resolve(installed ? join(dir, 'kmod') : undefined) }
}

const data = Buffer.from('x')
const plan = (script?: string): GuestPlan => ({
  release: '6.1.0-1-amd64', vmlinuz: '/k', boot: 'tcg', bootTimeout: 9, memory: 512, cpus: 1, workDir: dir, consoleFile: join(dir, 'log'), modulesDir: join(dir, 'own'),
  dependencies: [{ name: 'videodev', data }], spare: [{ name: 'dummy', data }], modules: [{ name: 'mine', data, depends: ['videodev'] }],
  ...(script !== undefined && { test: { script, seconds: 5 } }),
})

test('every module of the guest is where modprobe looks, and all of kmod’s names are there', async () => {
  const { entries } = await kmodFor(host(true), plan('lsmod'))
  const links = Object.fromEntries(entries.flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target]] : [])))
  expect(links).toMatchObject({
    'sbin/modprobe': '/bin/kmod',
    'sbin/lsmod': '/bin/kmod',
    'lib/modules/6.1.0-1-amd64/kernel/videodev.ko': '/modules/videodev.ko',
    'lib/modules/6.1.0-1-amd64/kernel/dummy.ko': '/modules/dummy.ko',
    'lib/modules/6.1.0-1-amd64/updates/mine.ko': '/modules/mine.ko',
  })
  const index = entries.find(({ path }) => path === 'lib/modules/6.1.0-1-amd64/modules.dep')
  expect(index).toMatchObject({ data: Buffer.from('kernel/dummy.ko\nkernel/videodev.ko\nmodules.builtin\nupdates/mine.ko') })
  expect(entries.find(({ path }) => path.endsWith('/modules.builtin'))).toMatchObject({ data: readFileSync(join(dir, 'own/modules.builtin')) })
})

const brought = (text: string): GuestPlan => ({ ...plan('./it'), testFiles: [{ path: 'it', data: Buffer.from(text), mode: 0o755 }] })

test.each<[string, GuestPlan, boolean]>([
  ['a test that names one of its programs', plan('/sbin/rmmod mine'), true],
  ['a script that names kmod', brought('#!/bin/sh\nkmod list\n'), true],
  ['a program that calls one of them', brought('\x7fELF\0\xff\0modprobe\0-r\0'), true],
  ['a test that only looks', plan('grep -q mine /proc/modules'), false],
  ['a file that speaks of modules', brought('#!/bin/sh\nls /sys/module/mine\n'), false],
])('%s', async (_, given, wanted) => {
  const paths = (await kmodFor(host(true), given)).entries.map(({ path }) => path)
  expect(paths.filter((path) => /^(?:s?bin|kmod-gate)\//.test(path)).length > 0).toBe(wanted)
  expect(paths).toContain('lib/modules/6.1.0-1-amd64/modules.dep')
})

test('without a test the guest has no kmod, and nothing is run for it', async () => {
  expect(await kmodFor({ ...host(true), run: () => Promise.reject(new Error('run')) }, plan())).toEqual({ libraries: [], entries: [] })
})

test('kmod is missed only by a test that calls it', async () => {
  expect(await kmodFor(host(false), plan('lsmod'))).toEqual({ libraries: [], entries: [] })
  await expect(kmodFor(host(false), plan('modprobe dummy'))).rejects.toMatchObject({ finding: { id: 'guest.kmod-missing', severity: 'error' } })
})

test('a depmod that fails is no guest without modules', async () => {
  await expect(kmodFor(host(true, 1), plan('true'))).rejects.toMatchObject({ finding: { id: 'guest.depmod', title: 'depmod failed: depmod: ERROR: bad' } })
})

test.each([
  ['modprobe dummy numdummies=2', ['dummy']],
  ['modprobe -r snd-dummy && modprobe snd-dummy; modprobe -a loop nbd || exit 1', ['snd_dummy', 'loop', 'nbd']],
  ['$(modprobe -n -v dm-mod) # modprobe "$name"', ['dm_mod']],
  ['echo no modules here', []],
])('%s', (script, names) => {
  expect(modprobeNames({ test: { script, seconds: 1 } })).toEqual(names)
})

test('scripts among the test’s files are looked at, other files are not', () => {
  const file = (text: string) => ({ path: 'x', data: Buffer.from(text), mode: 0o755 })
  expect(modprobeNames({ testFiles: [file('#!/bin/sh\nmodprobe dummy\n'), file('modprobe other\n')] })).toEqual(['dummy'])
})
