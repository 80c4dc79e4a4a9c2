import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { dependencyClosure, softDependencies } from '../../src/kernel/dependencies.js'
import { GateError } from '../../src/model/errors.js'
import { moduleImage } from '../elf/elf-image.js'
import { fakeHost } from './fake-host.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const host = fakeHost(() => undefined)

/** A modules directory: file name below kernel/ to the names that it depends on, and after `softly` what its softdep says. */
function modules(files: Readonly<Record<string, string>>, builtin: readonly string[] = []): string {
  const root = scratch()
  mkdirSync(join(root, 'kernel', 'deep'), { recursive: true })
  for (const [name, depends] of Object.entries(files)) {
    const [hard = '', soft] = depends.split(' softly ')
    const data = moduleImage(['license=GPL', `depends=${hard}`, ...(soft === undefined ? [] : [`softdep=${soft}`])])
    const packed = name.endsWith('.gz') ? gzipSync(data) : name.endsWith('.xz') ? spawnSync('xz', ['-c'], { input: data }).stdout : data
    writeFileSync(join(root, 'kernel', 'deep', name), packed)
  }
  writeFileSync(join(root, 'modules.builtin'), builtin.map((name) => `kernel/lib/${name}.ko\n`).join(''))
  return root
}

const names = async (root: string, wanted: readonly string[]) => (await dependencyClosure(host, root, wanted)).map(({ name }) => name)

test('dependencies come first, each once, through every compression; dashes are underscores', async () => {
  const root = modules({ 'can-dev.ko.xz': 'can', 'can.ko.gz': '', 'usbcore.ko': 'usb-common', 'usb-common.ko': '', 'unused.ko': '' })
  expect(await names(root, ['can-dev', 'usbcore', 'can_dev'])).toEqual(['can', 'can_dev', 'usb_common', 'usbcore'])
})

test('the modules come uncompressed, and the package stays as it was', async () => {
  const root = modules({ 'crc16.ko.xz': '' })
  const [found] = await dependencyClosure(host, root, ['crc16'])
  expect(found?.data.equals(moduleImage(['license=GPL', 'depends=']))).toBe(true)
  expect(readdirSync(join(root, 'kernel', 'deep'))).toEqual(['crc16.ko.xz'])
})

test('what modprobe would load before it comes too, where the kernel has it, and by the name of its portable form', async () => {
  const root = modules({ 'libcrc32c.ko': ' softly pre: crc32c gone post: later', 'crc32c_generic.ko': '', 'later.ko': '', 'a.ko': 'libcrc32c', 'crypto-b.ko': '' })
  expect(await names(root, ['a'])).toEqual(['crc32c_generic', 'libcrc32c', 'a'])
  expect((await dependencyClosure(host, root, ['a'], ['crypto-b', 'nowhere'])).map(({ name }) => name)).toEqual(['crypto_b', 'crc32c_generic', 'libcrc32c', 'a'])
})

test.each([
  [['pre: a b-c post: d'], ['a', 'b-c']],
  [['post: d pre: a', 'pre: e'], ['a', 'e']],
  [['post: d'], []],
  [[], []],
])('softdep %j says %j', (records, said) => {
  expect(softDependencies(moduleImage(['license=GPL', ...records.map((record) => `softdep=${record}`)]))).toEqual(said)
})

test('what is built in need not be loaded', async () => {
  expect(await names(modules({ 'a.ko': 'crc-itu-t' }, ['crc-itu-t']), ['a', 'crc_itu_t'])).toEqual(['a'])
})

test.each([
  ['asked for', ['gone'], /gone/],
  ['needed by another', ['a'], /a depends on nowhere/],
])('a module that is not there, %s, is named', async (_what, wanted, words) => {
  const error: unknown = await dependencyClosure(host, modules({ 'a.ko': 'nowhere' }), wanted).catch((reason: unknown) => reason)
  expect(error instanceof GateError ? error.finding : undefined).toMatchObject({ id: 'kernel.dependency-missing', severity: 'error', title: expect.stringMatching(words) })
})

test('modules that need each other do not hang', async () => {
  expect((await names(modules({ 'a.ko': 'b', 'b.ko': 'a' }), ['a'])).sort()).toEqual(['a', 'b'])
})
