import { expect, test } from '@jest/globals'
import { ARCHITECTURES } from '../../src/architecture/table.js'
import { checkProgram } from '../../src/guest/programs.js'

/** The first bytes of an ELF file. */
function elf(machine: number, type = 2): Buffer {
  const data = Buffer.alloc(64)
  data.set([0x7f, 0x45, 0x4c, 0x46, 2, 1])
  data.writeUInt16LE(type, 16)
  data.writeUInt16LE(machine, 18)
  return data
}

const { amd64, arm64 } = ARCHITECTURES
const file = (data: Buffer, mode = 0o755) => ({ path: 'tool', data, mode })

test('a program of another architecture cannot be taken along', () => {
  expect(() => checkProgram(file(elf(62)), arm64)).toThrow(/tool.*EM_X86_64.*guest is arm64/)
  expect(() => checkProgram(file(elf(183)), amd64)).toThrow(/EM_AARCH64/)
})

test.each([
  ['of its own', elf(183), 0o755],
  ['for 32-bit ARM, which its kernel runs too', elf(40), 0o755],
  ['a script', Buffer.from('#!/bin/sh\n'), 0o755],
  ['data that is not executable', elf(62), 0o644],
  ['an object file', elf(62, 1), 0o755],
])('%s may', (_, data, mode) => expect(() => checkProgram(file(data, mode), arm64)).not.toThrow())
