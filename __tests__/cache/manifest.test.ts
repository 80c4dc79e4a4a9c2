import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { describeFolder, verifyFolder, writeManifest } from '../../src/cache/manifest.js'
import { fillKit, scratchDirectories } from './folders.js'

const scratch = scratchDirectories()

async function kitWithManifest() {
  const root = scratch()
  const [folder, manifest] = [join(root, 'kit'), join(root, 'kit.manifest')]
  fillKit(folder)
  const described = await describeFolder(folder, 'key')
  await writeManifest(manifest, described)
  return { root, folder, manifest, described }
}

test('a folder is described by what is in it, wherever it lies and in whatever order it was made', async () => {
  const { root, folder, described } = await kitWithManifest()
  expect(described).toMatchObject({ key: 'key', entries: 11, bytes: 3_000_000 + 10 + 11 + 1 })
  const copy = join(root, 'copy')
  spawnSync('cp', ['--archive', folder, copy])
  expect(await describeFolder(copy, 'key')).toEqual(described)
})

test('a folder that is what its manifest says is good', async () => {
  const { folder, manifest, described } = await kitWithManifest()
  expect(await verifyFolder(folder, manifest, 'key')).toEqual(described)
})

const CHANGES: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
  ['a file is gone', (folder) => rmSync(join(folder, 'usr/src/.config')), /^entries should be 11 and is 10$/],
  ['a file too many', (folder) => writeFileSync(join(folder, 'more'), ''), /^entries/],
  ['an empty directory is gone', (folder) => rmSync(join(folder, 'empty'), { recursive: true }), /^entries/],
  ['a file is cut off', (folder) => truncateSync(join(folder, 'boot/vmlinuz'), 1000), /^bytes/],
  ['one byte is another', (folder) => {
    const file = join(folder, 'boot/vmlinuz')
    const data = readFileSync(file)
    data[2_500_000] = 0
    writeFileSync(file, data)
    utimesSync(file, 1_700_000_000.123, 1_700_000_000.123)
  }, /^sha256/],
  ['another time', (folder) => utimesSync(join(folder, 'complete'), 1, 1), /^sha256/],
  ['no longer executable', (folder) => chmodSync(join(folder, 'usr/bin/conf'), 0o644), /^sha256/],
  ['another name', (folder) => renameSync(join(folder, 'empty'), join(folder, 'emptx')), /^sha256/],
  ['a link elsewhere', (folder) => {
    rmSync(join(folder, 'usr/build'))
    symlinkSync('/etc', join(folder, 'usr/build'))
  }, /^sha256/],
  ['a pipe', (folder) => void spawnSync('mkfifo', [join(folder, 'pipe')]), /neither file, directory nor link/],
  ['no folder at all', (folder) => rmSync(folder, { recursive: true }), /ENOENT/],
  ['a file in its place', (folder) => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
  }, /no directory/],
  ['deeper than any kernel', (folder) => mkdirSync(join(folder, ...Array<string>(70).fill('d')), { recursive: true }), /more than 64 directories/],
]

test.each(CHANGES)('%s: not used', async (_, change, reason) => {
  const { folder, manifest } = await kitWithManifest()
  change(folder)
  expect(await verifyFolder(folder, manifest, 'key')).toMatch(reason)
})

const MANIFESTS: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  ['no manifest', (file) => rmSync(file), /no manifest/],
  ['not JSON', (file) => writeFileSync(file, '{'), /JSON/],
  ['null', (file) => writeFileSync(file, 'null'), /another format/],
  ['a later format', (file) => writeFileSync(file, '{"format":99,"key":"key"}'), /another format/],
  ['a huge one', (file) => writeFileSync(file, ' '.repeat(5000)), /not one of ours/],
  ['a directory', (file) => {
    rmSync(file)
    mkdirSync(file)
  }, /not one of ours/],
  ['a link to one', (file) => {
    cpSync(file, `${file}.real`)
    rmSync(file)
    symlinkSync(`${file}.real`, file)
  }, /not one of ours/],
  ['no digest', (file) => writeFileSync(file, '{"format":1,"key":"key","entries":11,"bytes":3000022}'), /sha256 should be undefined/],
]

test.each(MANIFESTS)('%s: not used', async (_, change, reason) => {
  const { folder, manifest } = await kitWithManifest()
  change(manifest)
  expect(await verifyFolder(folder, manifest, 'key')).toMatch(reason)
})

test('an entry that was saved under another key is not used', async () => {
  const { folder, manifest } = await kitWithManifest()
  expect(await verifyFolder(folder, manifest, 'another')).toMatch(/another key/)
})
