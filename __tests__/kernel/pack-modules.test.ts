import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { dependencyClosure } from '../../src/kernel/dependencies.js'
import { openModules, readModule } from '../../src/kernel/module-files.js'
import { packModules } from '../../src/kernel/pack-modules.js'
import { moduleImage } from '../elf/elf-image.js'
import { quietLog } from '../support/quiet-log.js'
import { scratchDirectories } from './scratch.js'

const scratch = scratchDirectories()
const host = createHost(quietLog())
const RELEASE = '6.1.0-1-amd64'
const image = (depends: string): Buffer => moduleImage(['license=GPL', `depends=${depends}`, 'vermagic=6.1.0-1-amd64 SMP '])
const xz = (data: Buffer): Buffer => spawnSync('xz', ['-c'], { input: data }).stdout

/** An unpacked kernel with these modules, by their paths below kernel/; gives the directory of the release. */
function unpacked(files: Readonly<Record<string, Buffer>>, place = 'lib/modules') {
  const root = scratch()
  const modulesDir = join(root, place, RELEASE)
  for (const [path, data] of Object.entries({ ...files, '../modules.builtin': Buffer.from('kernel/lib/crc16.ko\n') })) {
    mkdirSync(dirname(join(modulesDir, 'kernel', path)), { recursive: true })
    writeFileSync(join(modulesDir, 'kernel', path), data)
  }
  return { root, modulesDir }
}

const FILES = { 'drivers/net/can/can-dev.ko': image('can'), 'net/can/can.ko': image(''), 'net/can/can-bcm.ko.xz': xz(image('can')) }

test.each(['lib/modules', 'usr/lib/modules'])('in %s: each comes out as the package ships it, and what is no module stays', async (place) => {
  const { root, modulesDir } = unpacked(FILES, place)
  await packModules(host, root)
  expect(readdirSync(modulesDir).sort()).toEqual(['kernel', 'modules.builtin'])
  expect(readdirSync(join(modulesDir, 'kernel')).sort()).toEqual(['000.zst', 'packed'])
  const modules = await openModules(host, modulesDir)
  expect([...modules.names].sort()).toEqual(['can', 'can_bcm', 'can_dev'])
  for (const [path, data] of Object.entries(FILES)) expect(await modules.file(/([^/]+)\.ko/.exec(path)?.[1]?.replace('-', '_') ?? '')).toEqual(data)
  expect((await dependencyClosure(host, modulesDir, ['can-bcm', 'can_dev'])).map(({ name }) => name)).toEqual(['can', 'can_bcm', 'can_dev'])
})

test('groups are cut between modules, and a module that is larger than one is whole', async () => {
  const large = (fill: number, mebibytes: number): Buffer => Buffer.alloc(mebibytes << 20, fill)
  const { root, modulesDir } = unpacked({ 'a.ko': large(1, 5), 'b.ko': large(2, 2), 'c.ko': large(3, 2), 'd.ko': large(4, 9), 'e.ko': large(5, 1) })
  await packModules(host, root)
  const index = readFileSync(join(modulesDir, 'kernel/packed'), 'utf8').trim().split('\n')
  expect(index.map((line) => line.replace(/ \d+ kernel\//, ' '))).toEqual(['000 a.ko', '000 b.ko', '001 c.ko', '002 d.ko', '003 e.ko'])
  const modules = await openModules(host, modulesDir)
  for (const [name, fill, mebibytes] of [['b', 2, 2], ['d', 4, 9], ['e', 5, 1]] as const) expect((await modules.file(name)).equals(large(fill, mebibytes))).toBe(true)
})

test('without zstd they stay as they are', async () => {
  const { root, modulesDir } = unpacked(FILES)
  await packModules({ ...host, which: () => Promise.resolve(undefined) }, root)
  expect(readFileSync(join(modulesDir, 'kernel/net/can/can.ko'))).toEqual(FILES['net/can/can.ko'])
  expect((await openModules(host, modulesDir)).names.size).toBe(3)
})

test('a kernel without modules is no fault', async () => {
  const { root, modulesDir } = unpacked({})
  mkdirSync(join(modulesDir, 'kernel'), { recursive: true })
  await packModules(host, root)
  expect((await openModules(host, modulesDir)).names.size).toBe(0)
})

test.each<[string, (dir: string) => void, string]>([
  ['a group that is cut off', (dir) => truncateSync(join(dir, '000.zst'), statSync(join(dir, '000.zst')).size - 4), '000.zst'],
  ['a group that is another', (dir) => writeFileSync(join(dir, '000.zst'), spawnSync('zstd', ['-q', '-c'], { input: 'short' }).stdout), '000.zst'],
  ['a list that is none', (dir) => writeFileSync(join(dir, 'packed'), 'nonsense\n'), 'packed'],
])('%s is said to be damaged, and where it lies', async (_, harm, file) => {
  const { root, modulesDir } = unpacked(FILES, 'usr/lib/modules')
  await packModules(host, root)
  const dir = join(modulesDir, 'kernel')
  harm(dir)
  const reading = async (): Promise<Buffer> => readModule(host, await openModules(host, modulesDir), 'can')
  await expect(reading()).rejects.toMatchObject({ finding: { id: 'host.decompress', stage: 'install', severity: 'error', title: expect.stringContaining(join(dir, file)), remedy: `Remove ${root} and run again.` } })
})
