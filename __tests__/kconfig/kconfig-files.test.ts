import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { evaluate, evaluateAll, type Scope } from '../../src/kconfig/evaluate.js'
import { describeExpression, readExpression, type Expression } from '../../src/kconfig/expression.js'
import { loadKconfig } from '../../src/kconfig/load.js'
import type { KconfigModel } from '../../src/kconfig/model.js'
import { editDistance, nearNames } from '../../src/kconfig/near.js'
import { tokenize } from '../../src/kconfig/tokens.js'

const SMALL = fileURLToPath(new URL('../fixtures/kconfig/small', import.meta.url))
let kconfig: KconfigModel
beforeAll(async () => {
  kconfig = await loadKconfig(SMALL, 'x86')
})

function expression(text: string): Expression {
  const { expression: read } = readExpression(tokenize(text), 0)
  if (read === undefined) throw new Error(`not an expression: ${text}`)
  return read
}

function scope(config: Readonly<Record<string, string>>): Scope {
  return { kconfig, config: new Map(Object.entries(config)) }
}

describe('expressions', () => {
  test.each([
    ['USB', { USB: 'm' }, 'm'],
    ['!USB', { USB: 'm' }, 'm'],
    ['!USB', {}, 'y'],
    ['USB && X86', { USB: 'm', X86: 'y' }, 'm'],
    ['USB || X86', { USB: 'm', X86: 'y' }, 'y'],
    ['X86 || USB && CAN', { X86: 'y' }, 'y'],
    ['(X86 || USB) && CAN', { X86: 'y' }, 'n'],
    ['USB=m', { USB: 'm' }, 'y'],
    ['USB = n', {}, 'y'],
    ['USB != CAN', { USB: 'm', CAN: 'y' }, 'y'],
    ['PAHOLE_VERSION >= 119', { PAHOLE_VERSION: '124' }, 'y'],
    ['PAHOLE_VERSION >= 119', { PAHOLE_VERSION: '0' }, 'n'],
    ['PAHOLE_VERSION < 0x80', { PAHOLE_VERSION: '124' }, 'y'],
    ['SALT = "x y"', { SALT: '"x y"' }, 'y'],
    ['$(cc-option,-fx) && USB', { USB: 'm' }, 'm'],
    ['y && m', {}, 'm'],
  ])('%s with %p is %s', (text, config, expected) => {
    expect(evaluate(expression(text), scope(config))).toBe(expected)
  })

  test('macros are one token, whatever is in them', () => {
    expect(tokenize(`def_bool $(success,echo 'f(x) { "(" }' | $(CC) -x c # -) if USB # note`).map(({ kind, text }) => [kind, text.slice(0, 9)])).toEqual([
      ['word', 'def_bool'], ['macro', '$(success'],
    ])
    expect(tokenize('default "$(A)" if B').map(({ kind }) => kind)).toEqual(['word', 'macro', 'word', 'word'])
  })

  test('an expression put into words and read again has the same value', () => {
    const leaf = fc.constantFrom('A', 'B', 'USB', 'y', 'm', 'n', 'A = m', 'B != USB')
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, leaf, tie('tree').map((t) => `!(${t})`), fc.tuple(tie('tree'), fc.constantFrom('&&', '||'), tie('tree')).map(([a, op, b]) => `(${a}) ${op} (${b})`)),
    }))
    const values = fc.record({ A: fc.constantFrom('y', 'm', 'n'), B: fc.constantFrom('y', 'm', 'n'), USB: fc.constantFrom('y', 'm', 'n') })
    fc.assert(fc.property(tree, values, (text, config) => {
      const read = expression(text)
      expect(evaluate(expression(describeExpression(read)), scope(config))).toBe(evaluate(read, scope(config)))
    }))
  })

  test('no text makes the reader throw', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', '"', "'", '\\', '&', '|', '!', '=', '<', 'A', ' ', '#', 'if ') }), (text) => {
      const tokens = tokenize(text)
      expect(readExpression(tokens, 0).next).toBeLessThanOrEqual(tokens.length)
    }))
  })
})

describe('loadKconfig', () => {
  test('follows source lines by architecture and tells what is missing', () => {
    expect(kconfig.symbols.get('X86')?.definitions[0]).toMatchObject({ file: 'arch/x86/Kconfig', line: 1 })
    expect(kconfig.missingFiles).toEqual(['no/such/Kconfig'])
  })

  test('help texts hold no symbols', () => {
    expect(kconfig.symbols.has('NOT_A_SYMBOL')).toBe(false)
    expect(kconfig.symbols.get('DEBUG_INFO_BTF_MODULES')?.definitions[0]?.defaults).toHaveLength(1)
  })

  test('menus and ifs around a symbol are dependencies of it', () => {
    const [definition] = kconfig.symbols.get('CAN_ETAS_ES58X')?.definitions ?? []
    expect(definition?.depends.map(describeExpression)).toEqual(['CAN', 'USB && CAN_DEV'])
    expect(evaluateAll(definition?.depends ?? [], scope({ CAN: 'm', USB: 'y', CAN_DEV: 'm' }))).toBe('m')
    expect(definition?.prompt?.text).toBe('ETAS')
  })

  test('visible-if is a condition of prompts alone', () => {
    const [late] = kconfig.symbols.get('LATE')?.definitions ?? []
    expect(late?.depends).toEqual([])
    expect(late?.prompt?.conditions.map(describeExpression)).toEqual(['EXPERT'])
  })

  test('selects are known from both ends, choices by their members', () => {
    expect(kconfig.selectors.get('CRC16')).toMatchObject([{ by: 'X86', kind: 'select' }, { by: 'CAN_ETAS_ES58X', kind: 'select' }])
    expect(kconfig.choices).toEqual([['PREEMPT_NONE', 'PREEMPT_FULL']])
    expect(kconfig.symbols.get('CPUS')?.definitions[0]?.ranges).toEqual([{ value: ['2', '64'] }])
    expect(kconfig.symbols.get('CC_VERSION_TEXT')?.type).toBe('string')
  })

  test('a directory without Kconfig is an error, not an empty model', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'kconfig-'))
    await expect(loadKconfig(empty, 'x86')).rejects.toMatchObject({ finding: { id: 'config.no-kconfig', severity: 'error' } })
    await rm(empty, { recursive: true })
  })
})

test('near names are found by edits and by parts', () => {
  expect(nearNames('CAN_ETAS_ES58', kconfig.symbols.keys())[0]).toBe('CAN_ETAS_ES58X')
  expect(nearNames('ETAS_ES58X', kconfig.symbols.keys())).toEqual(['CAN_ETAS_ES58X'])
  expect(nearNames('NOTHING_LIKE_IT', kconfig.symbols.keys())).toEqual([])
  expect(editDistance('kitten', 'sitting')).toBe(3)
})
