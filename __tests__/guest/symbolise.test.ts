import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ElfError } from '../../src/elf/elf.js'
import { framesOf, type Frame } from '../../src/guest/frames.js'
import { addr2lineArgs, parseLine, placeOf } from '../../src/guest/source-lines.js'
import { addressOf, functionsOf } from '../../src/guest/symbolise.js'

const FILE = '__tests__/fixtures/module/crct10dif_generic/module.ko'
const module = readFileSync(FILE)
const frame = (more: Partial<Frame> = {}): Frame => ({ text: 'f+0x12/0x40 [m]', symbol: 'f', offset: 0x12, size: 0x40, module: 'm', exact: false, ...more })

test('frames of the user’s modules are found, guesses are not, and each is there once', () => {
  const trace = [
    'WARNING: CPU: 0 PID: 70 at /x/warn.c:9 warn_init+0x5/0x10 [warn]',
    'RIP: 0010:warn_init+0x5/0x10 [warn]',
    ' ? warn_guess+0x1/0x10 [warn]',
    ' warn_probe.isra.0+0x2a/0x90 [warn 0123456789abcdef0123456789abcdef01234567]',
    ' do_one_initcall+0x59/0x220',
    ' other+0x1/0x2 [other]',
  ]
  expect(framesOf(trace, ['warn'])).toEqual([
    { text: 'warn_init+0x5/0x10 [warn]', symbol: 'warn_init', offset: 5, size: 16, module: 'warn', exact: true },
    { text: 'warn_probe.isra.0+0x2a/0x90 [warn 0123456789abcdef0123456789abcdef01234567]', symbol: 'warn_probe.isra.0', offset: 0x2a, size: 0x90, module: 'warn', exact: false },
  ])
})

test('functions are where readelf says', () => {
  const sections = execFileSync('readelf', ['-SW', FILE], { encoding: 'utf8' }).split('\n').flatMap((line) => { const [, index, name] = /^\s*\[\s*(\d+)\] (\S+)/.exec(line) ?? []; return index === undefined ? [] : [[index, name] as const] })
  const names = new Map(sections)
  const expected = execFileSync('readelf', ['-sW', FILE], { encoding: 'utf8' }).split('\n').flatMap((line) => {
    const [, value, size, type, , , index, name] = line.trim().split(/\s+/)
    const section = names.get(index ?? '')
    return type === 'FUNC' && section !== undefined && /text/.test(section) && name !== undefined ? [{ name, section, value: parseInt(value ?? '', 16), size: Number(size) }] : []
  })
  expect(expected.length).toBeGreaterThan(0)
  const functions = functionsOf(module)
  for (const { name, ...symbol } of expected) expect(functions.get(name)).toContainEqual(symbol)
})

test.each<[string, Partial<Frame>, { section: string; address: number } | undefined]>([
  ['a return address is one past its call', {}, { section: '.text', address: 0x100 + 0x11 }],
  ['a faulting instruction is not', { exact: true }, { section: '.text', address: 0x100 + 0x12 }],
  ['the start of a function stays its start', { offset: 0 }, { section: '.text', address: 0x100 }],
  ['of two the one of that size', { symbol: 'twice', size: 0x20, exact: true }, { section: '.init.text', address: 0x12 }],
  ['padding may be counted in', { symbol: 'twice', size: 0x28, exact: true }, { section: '.init.text', address: 0x12 }],
  ['of two others none', { symbol: 'twice', size: 0x10 }, undefined],
  ['an unknown function', { symbol: 'g' }, undefined],
  ['an offset outside', { offset: 0x41 }, undefined],
])('%s', (_, more, expected) => {
  const functions = new Map([
    ['f', [{ section: '.text', value: 0x100, size: 0x40 }]],
    ['twice', [{ section: '.text', value: 0, size: 0x80 }, { section: '.init.text', value: 0, size: 0x20 }]],
  ])
  expect(addressOf(frame(more), functions)).toEqual(expected)
})

test('a damaged module is an ElfError or nothing, never worse', () => {
  fc.assert(
    fc.property(fc.nat(module.length), fc.array(fc.tuple(fc.nat(module.length - 1), fc.nat(255)), { maxLength: 20 }), (length, changes) => {
      const damaged = Buffer.from(module.subarray(0, length))
      for (const [at, value] of changes) if (at < length) damaged[at] = value
      try {
        functionsOf(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(ElfError)
      }
    }),
    { numRuns: 50 },
  )
})

test('what addr2line prints', () => {
  expect(addr2lineArgs('/m.ko', '.text', [0x12, 255])).toEqual(['-e', '/m.ko', '-j', '.text', '0x12', '0xff'])
  expect(parseLine('/b/hello.c:23')).toEqual({ file: '/b/hello.c', line: 23 })
  expect(parseLine('/b/a b:c.c:23 (discriminator 2)')).toEqual({ file: '/b/a b:c.c', line: 23 })
  for (const nothing of ['??:0', '??:?', '/b/hello.c:?', '/b/hello.c:0', '']) expect(parseLine(nothing)).toBeUndefined()
})

test('a line is a place only below the sources', () => {
  const root = { buildDir: '/srv/copy', repositoryPath: 'drivers/x' }
  expect(placeOf({ file: '/srv/copy/sub/a.c', line: 3 }, root)).toEqual({ file: 'drivers/x/sub/a.c', line: 3 })
  expect(placeOf({ file: './a.c', line: 3 }, root)).toEqual({ file: 'drivers/x/a.c', line: 3 })
  expect(placeOf({ file: '/usr/src/linux/kernel/panic.c', line: 3 }, root)).toBeUndefined()
  expect(placeOf({ file: '/srv/copy2/a.c', line: 3 }, root)).toBeUndefined()
  expect(placeOf({ file: '/srv/copy/a.c', line: 3 }, undefined)).toBeUndefined()
})
