import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { whileUnchanged } from '../../src/packages/unchanged.js'

let dir = ''
let asked = 0
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'unchanged-'))
  mkdirSync(join(dir, 'lists/partial'), { recursive: true })
  writeFileSync(join(dir, 'lists/Packages'), 'a')
  asked = 0
})
afterEach(() => rmSync(dir, { recursive: true }))

const ask = (question: unknown = 'q') => whileUnchanged(dir, question, () => Promise.resolve({ n: ++asked }), [join(dir, 'lists')])
const answers = () => join(dir, 'answers')
const theAnswer = () => join(answers(), readdirSync(answers())[0] ?? '')

test('apt is asked once while nothing changes', async () => {
  expect([await ask(), await ask(), asked]).toEqual([{ n: 1 }, { n: 1 }, 1])
})

test('another question is another answer', async () => {
  expect([await ask('q'), await ask('r')]).toEqual([{ n: 1 }, { n: 2 }])
})

test.each<[string, () => void]>([
  ['a list changes its size', () => writeFileSync(join(dir, 'lists/Packages'), 'ab')],
  ['a list is newer', () => utimesSync(join(dir, 'lists/Packages'), 1, 1)],
  ['a list is added', () => writeFileSync(join(dir, 'lists/More'), '')],
  ['a list is gone', () => rmSync(join(dir, 'lists/Packages'))],
  ['a suite of the gate’s own is fetched', () => mkdirSync(join(dir, 'apt/sid/lists'), { recursive: true })],
  ['the answer is damaged', () => writeFileSync(theAnswer(), '{"state":')],
  ['the answer is of another state', () => writeFileSync(theAnswer(), JSON.stringify({ state: '', since: Date.now(), answer: 7 }))],
])('apt is asked again when %s', async (_, change) => {
  await ask()
  change()
  expect([await ask(), asked]).toEqual([{ n: 2 }, 2])
})

test('an answer is forgotten when lists are fetched again too', async () => {
  await ask()
  const now = Date.now
  try {
    Date.now = () => now() + 7 * 3600 * 1000
    expect(await ask()).toEqual({ n: 2 })
  } finally {
    Date.now = now
  }
})

test('what goes wrong is not kept, and a directory that cannot be written to is no hindrance', async () => {
  await expect(whileUnchanged(dir, 'q', () => Promise.reject(new Error('no such kernel')), [])).rejects.toThrow('no such kernel')
  expect(await ask()).toEqual({ n: 1 })
  rmSync(answers(), { recursive: true })
  writeFileSync(answers(), '')
  expect([await ask(), await ask()]).toEqual([{ n: 2 }, { n: 3 }])
})
