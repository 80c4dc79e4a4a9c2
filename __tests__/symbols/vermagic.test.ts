import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { moduleFacts } from '../../src/symbols/facts.js'
import { checkVermagic, compareMagic, sameMagic } from '../../src/symbols/vermagic.js'
import { buildModule } from '../elf/elf-builder.js'

const KERNEL = '6.1.0-56-amd64 SMP preempt mod_unload modversions '
const ON = { modversions: true, forceLoad: false }
const OFF = { modversions: false, forceLoad: false }

function check(vermagic: string | undefined, { rules = ON, versions = true } = {}) {
  const facts = moduleFacts(buildModule({ modinfo: vermagic === undefined ? ['license=GPL'] : [`vermagic=${vermagic}`], ...(versions ? { versions: [['module_layout', 1]] } : {}) }))
  return checkVermagic(facts, KERNEL, rules)
}
const told = (verdict: ReturnType<typeof check>): string[] => verdict.problems.map(({ id, severity, title }) => `${id} ${severity} ${title}`)

describe('the release', () => {
  const other = KERNEL.replace('6.1.0-56-amd64', '6.1.192')
  test('with MODVERSIONS and versions the kernel ignores it', () => {
    const verdict = check(other)
    expect(verdict.differences).toEqual([{ word: 'release', module: '6.1.192', kernel: '6.1.0-56-amd64', matters: false }])
    expect(told(verdict)).toEqual(['abi.vermagic note sample: it was built for release 6.1.192, the kernel is 6.1.0-56-amd64; with MODVERSIONS this kernel ignores that word'])
  })
  test.each([['the module has no __versions', { versions: false }], ['the kernel has no MODVERSIONS', { rules: OFF }]])('it matters when %s', (_why, options) => {
    const verdict = check(other, options)
    expect(told(verdict)).toEqual(['abi.vermagic fail sample: the kernel refuses its version magic: it was built for release 6.1.192, the kernel is 6.1.0-56-amd64'])
    expect(verdict.problems[0]?.remedy).toMatch(/KERNELRELEASE=6\.1\.0-56-amd64/)
  })
})

test.each<[string, string, string[]]>([
  ['preempt_rt for preempt', '6.1.0-56-amd64 SMP preempt_rt mod_unload modversions ', ['CONFIG_PREEMPT_RT +', 'CONFIG_PREEMPT_BUILD -']],
  ['no modversions', '6.1.0-56-amd64 SMP preempt mod_unload ', ['CONFIG_MODVERSIONS -']],
  ['a seed', `${KERNEL}RANDSTRUCT_abc`, ['seed of the structure layout randomisation +']],
  ['an architecture’s word', `${KERNEL}aarch64`, ['aarch64 +']],
  ['another order', '6.1.0-56-amd64 preempt SMP mod_unload modversions ', ['order or spacing of the words ±']],
  ['no space at the end', KERNEL.trim(), ['order or spacing of the words ±']],
])('%s', (_what, vermagic, expected) => {
  const verdict = check(vermagic)
  expect(verdict.differences.map(({ word, module, kernel }) => `${word} ${module === undefined ? '-' : kernel === undefined ? '+' : '±'}`)).toEqual(expected)
  expect(verdict.differences.every(({ matters }) => matters)).toBe(true)
  expect(verdict.problems.map(({ severity }) => severity)).toEqual(['fail'])
})

test('the same magic is no problem; none is, unless the kernel loads by force', () => {
  expect(check(KERNEL)).toEqual({ differences: [], problems: [], gaps: [] })
  expect(told(check(undefined))).toEqual(['abi.vermagic fail sample has no version magic: the kernel refuses it'])
  expect(told(check(undefined, { rules: { ...ON, forceLoad: true } }))).toEqual(['abi.vermagic warning sample has no version magic: the kernel takes it by force and is tainted (F)'])
})

test('without any module of the kernel it is a gap', () => {
  const facts = moduleFacts(buildModule({ modinfo: ['vermagic=x'] }))
  expect(checkVermagic(facts, undefined, ON)).toMatchObject({ problems: [], gaps: [{ what: 'vermagic' }] })
})

test('a difference that matters is found exactly when the kernel refuses', () => {
  const magic = fc.array(fc.constantFrom('6.1', '6.2', 'SMP', 'preempt', 'preempt_rt', 'modversions', ''), { maxLength: 5 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(magic, magic, fc.boolean(), (module, kernel, ignoreRelease) => {
      expect(compareMagic(module, kernel, ignoreRelease).some(({ matters }) => matters)).toBe(!sameMagic(module, kernel, ignoreRelease))
    }),
    { numRuns: 2000 },
  )
  expect.hasAssertions()
})
