import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isConfig } from '../../src/diagnosis/explain-config.js'
import { explanationText } from '../../src/diagnosis/explain-text.js'
import { explain, explainCommand } from '../../src/diagnosis/explain.js'
import { GateError, UsageError } from '../../src/model/errors.js'

const TARGET = `CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"
CONFIG_GCC_VERSION=120200
CONFIG_PAHOLE_VERSION=124
CONFIG_SMP=y
CONFIG_CAN=m
# CONFIG_KCSAN is not set
CONFIG_DEBUG_INFO_BTF=y
CONFIG_PAHOLE_HAS_SPLIT_BTF=y
CONFIG_DEBUG_INFO_BTF_MODULES=y
`
const WITHOUT_PAHOLE = TARGET.replace('PAHOLE_VERSION=124', 'PAHOLE_VERSION=0').replace(/CONFIG_PAHOLE_HAS.*\n/, '').replace(/CONFIG_DEBUG_INFO_BTF_MODULES.*\n/, '')
const SEED = '[ 2056.862808] module: x86/modules: Skipping invalid relocation target, existing value is nonzero for type 1, loc 00000000909cc68f, val ffffffffc087f984\n'

describe('two configurations', () => {
  test('without pahole, the seed’s case: the tool, its symbols, what comes of it', () => {
    const [found, ...others] = explain({ before: TARGET, after: WITHOUT_PAHOLE })
    expect(others).toEqual([])
    expect(found?.title).toBe('pahole was missing for the second: 3 symbols differ, DEBUG_INFO_BTF_MODULES among them')
    expect(found?.evidence).toEqual(['DEBUG_INFO_BTF_MODULES: y → not set', 'PAHOLE_VERSION: 124 → 0', 'PAHOLE_HAS_SPLIT_BTF: y → not set'])
    expect(found?.remedy).toMatch(/^Install dwarves/)
    expect(found?.explanation).toContain('16 bytes')
  })

  test('another compiler', () => {
    const after = TARGET.replace('gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0', 'gcc (Debian 14.2.0-19) 14.2.0').replace('120200', '140200').replace('# CONFIG_KCSAN is not set', 'CONFIG_CC_HAS_NEW=y')
    expect(explain({ before: TARGET, after }).map(({ title }) => title)).toEqual(['the compiler is another one in the second: 3 symbols differ'])
  })

  test('what no tool explains is told as such', () => {
    const after = TARGET.replace('CONFIG_SMP=y\n', '').replace('CAN=m', 'CAN=y')
    const [found] = explain({ before: TARGET, after })
    expect(found?.title).toBe('2 symbols differ for no tool’s sake, SMP among them')
  })

  test('rust', () => {
    const rust = `${TARGET}CONFIG_RUST=y\nCONFIG_RUSTC_VERSION_TEXT="rustc 1.85.0"\nCONFIG_DRM_NOVA=m\n`
    expect(explain({ before: rust, after: TARGET }).map(({ title }) => title)).toEqual(['rustc and bindgen was missing for the second: 3 symbols differ'])
    expect(explain({ before: TARGET, after: rust }).map(({ title }) => title)).toEqual(['rustc and bindgen was there for the second only: 3 symbols differ'])
  })

  test('the same says nothing', () => {
    expect(explain({ before: TARGET, after: TARGET })).toEqual([])
  })

  test('one that cannot be read is refused', () => {
    expect(() => explain({ before: TARGET, after: 'CONFIG_A=y\nnonsense\n' })).toThrow(GateError)
  })
})

describe('a text of any kind', () => {
  test('a log of a CI job in which everything is mixed', () => {
    const found = explain(`make: Entering directory '/src'
/src/a.c:3:9: error: implicit declaration of function \u2018strlcpy\u2019; did you mean \u2018strscpy\u2019? [-Werror=implicit-function-declaration]
cc1: some warnings being treated as errors
${SEED}insmod: ERROR: could not insert module a.ko: Invalid module format
No such device
`)
    expect(found.map(({ kind, doc }) => [kind, doc])).toEqual([
      ['kernel log', 'docs/causes.md#load-relocation-target'],
      ['build log', 'docs/causes.md#build-undeclared-function'],
    ])
    expect(found[1]?.explanation).toContain('strlcpy is gone since 6.8')
  })

  test('a word of a loading program alone is no reason to speak', () => {
    expect(explain('No such device\nFile exists\nhello\n')).toEqual([])
  })

  test('what is a configuration and what is not', () => {
    expect([TARGET, SEED, '', 'CONFIG_A=y', 'CONFIG_A=y\n# CONFIG_B is not set\n', 'a\nb\nc\nCONFIG_A=y\n'].map(isConfig)).toEqual([true, false, false, false, true, false])
  })
})

describe('kmod-gate explain', () => {
  let dir = ''
  const path = (name: string) => join(dir, name)
  const none = () => Promise.reject(new Error('nobody asked for standard input'))
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kmod-gate-test-'))
    for (const [name, text] of Object.entries({ log: SEED, target: TARGET, mine: WITHOUT_PAHOLE, taints: await readFile('__tests__/fixtures/diagnosis/taints-only/log', 'utf8') })) await writeFile(path(name), text)
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  test('a file', async () => {
    const { text, found } = await explainCommand([path('log')], none)
    expect(found).toBe(1)
    expect(text).toContain('was not empty\n  | [ 2056.862808] module: x86/modules: Skipping')
    expect(text).toMatch(/\n {2}What to do: .*dwarves/)
  })

  test('standard input', async () => {
    expect((await explainCommand([], () => Promise.resolve(SEED))).found).toBe(1)
    expect((await explainCommand(['-'], () => Promise.resolve('all is well\n'))).text).toBe('No known cause of a failure is in this text.\n')
  })

  test('a pair of configurations', async () => {
    const { text, found } = await explainCommand([path('target'), path('mine')], none)
    expect(found).toBe(1)
    expect(text).toContain('pahole was missing for the second')
    expect((await explainCommand([path('target'), path('target')], none)).text).toBe('The two configurations do not differ.\n')
  })

  test('several files, each with its name', async () => {
    const { text, found } = await explainCommand([path('log'), path('target'), path('mine')], none)
    expect(found).toBe(2)
    expect(text).toContain(`${path('log')}:\n\n`)
  })

  test('what is harmless does not count', async () => {
    const { text, found } = await explainCommand([path('taints')], none)
    expect(found).toBe(0)
    expect(text).toContain('Harmless, though it looks otherwise:')
  })

  test.each([[['target']], [['nothing-there']], [['.']], [['target', 'mine', 'target']]])('%j is wrong usage', async (names) => {
    await expect(explainCommand(names.map(path), none)).rejects.toThrow(UsageError)
  })

  test('nothing of the text reaches a terminal or a runner as it is', () => {
    const [found] = explain(`\u001b]0;x\u0007${SEED}[ 1.0] acme: Unknown symbol ::set-output\u202e (err -2)\n`).slice(0, 2)
    if (found === undefined) throw new Error('nothing was found')
    const text = explanationText([{ ...found, evidence: ['::error::x', '\u001b[31mred', 'a\u202eb'] }])
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).not.toMatch(/^\s*::/m)
  })
})
