import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { treeListing } from './tree-listing.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-listing-'))
  writeFileSync(join(dir, 'a.c'), 'int a;\n')
  symlinkSync('a.c', join(dir, 'link'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('an untouched tree lists the same', () => {
  const before = treeListing(dir)
  expect(before).toHaveLength(2)
  expect(treeListing(dir)).toEqual(before)
})

test.each<[string, (file: string) => void]>([
  ['content', (file) => { writeFileSync(file, 'int b;\n') }],
  ['time of change', (file) => { utimesSync(file, 1, 1) }],
  ['a new file', (file) => { writeFileSync(`${file}.o`, '') }],
])('a change of %s shows', (_what, change) => {
  const before = treeListing(dir)
  change(join(dir, 'a.c'))
  expect(treeListing(dir)).not.toEqual(before)
})
