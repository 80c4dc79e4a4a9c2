import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { ElfError, openElf } from '../../src/elf/elf.js'
import { relocationsOf } from '../../src/elf/relocations.js'
import { moduleFacts } from '../../src/symbols/facts.js'
import { buildModule } from '../elf/elf-builder.js'

/** Marsaglia's xorshift: the same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const NASTY = [0, 1, 0x7f, 0x80, 0xff]
const DEADLINE = 3000 // ms for each file
const SLOWEST = 500 // ms for one reading of a file of some kB

function readAll(file: Buffer): 'read' | 'refused' {
  try {
    moduleFacts(file)
    const elf = openElf(file)
    for (const section of elf.sections) relocationsOf(elf, section)
    return 'read'
  } catch (error) {
    if (error instanceof ElfError) return 'refused'
    throw error
  }
}

const built = (bigEndian: boolean, era: 'flags' | 'absolute'): Buffer =>
  buildModule({ bigEndian, era, symbols: [{ name: 'printk' }, { name: 'weak', bind: 2 }], exports: [{ name: 'one', crc: 1, gplOnly: true, namespace: 'NS' }, { name: 'two', crc: 2 }], versions: [['printk', 1]], extendedVersions: [['printk', 1]] })

test.each([
  ['a real module', readFileSync('__tests__/fixtures/module/crct10dif_generic/module.ko')],
  ['a hand-made one', built(false, 'flags')],
  ['a hand-made one, big-endian and old', built(true, 'absolute')],
])('%s, damaged thousands of times, is read or refused with an ElfError, and fast', (_what, original) => {
  const random = randomNumbers(20_261_123)
  const tableAt = Number(original[5] === 2 ? original.readBigUInt64BE(0x28) : original.readBigUInt64LE(0x28))
  const started = performance.now()
  let [rounds, refused, slowest] = [0, 0, 0]
  while (performance.now() - started < DEADLINE && rounds < 6000) {
    const file = Buffer.from(original)
    for (let i = random(6) + 1; i > 0; i--) {
      // Half of the damage goes to the header and the section headers, where it does most.
      const at = random(2) === 0 ? random(file.length) : random(2) === 0 ? random(64) : tableAt + random(file.length - tableAt)
      file[at] = random(2) === 0 ? random(256) : (NASTY[random(NASTY.length)] ?? 0)
    }
    const cut = random(10) === 0 ? file.subarray(0, random(file.length)) : file
    const before = performance.now()
    if (readAll(cut) === 'refused') refused++
    slowest = Math.max(slowest, performance.now() - before)
    rounds++
  }
  expect(rounds).toBeGreaterThan(500)
  // Damage is noticed, and not all damage matters.
  expect(refused).toBeGreaterThan(rounds / 10)
  expect(refused).toBeLessThan(rounds)
  expect(slowest).toBeLessThan(SLOWEST)
}, 10_000)
