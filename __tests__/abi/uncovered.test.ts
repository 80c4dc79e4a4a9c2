import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { uncoveredSources } from '../../src/abi/uncovered.js'
import { declarations } from '../../src/dwarf/declarations.js'
import { openElf } from '../../src/elf/elf.js'

const file = readFileSync('__tests__/fixtures/dwarf/two-units.o')
const units = declarations(file).compilationUnits.map(({ name }) => name)

test('sources that the compiler named and left no unit for', () => {
  const elf = openElf(file)
  expect(units.length).toBeGreaterThan(1)
  expect(uncoveredSources(elf, units)).toEqual([])
  expect(uncoveredSources(elf, units.slice(1))).toEqual(['main.c'])
  expect(uncoveredSources(elf, [])).toHaveLength(units.length)
})
