import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { dropScratch, makeScratch } from '../../src/host/scratch.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-test-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('what still lies there is removed with all in it; what was renamed into its place or removed before is no concern', async () => {
  const [left, placed, gone] = await Promise.all(['left-', 'placed-', 'gone-'].map((name) => makeScratch(join(dir, name))))
  await mkdir(join(left ?? '', 'deep'))
  await writeFile(join(left ?? '', 'deep/file'), 'x')
  await rename(placed ?? '', join(dir, 'place'))
  await rm(gone ?? '', { recursive: true })
  expect(existsSync(left ?? '')).toBe(true)
  dropScratch()
  expect(readdirSync(dir)).toEqual(['place'])
})
