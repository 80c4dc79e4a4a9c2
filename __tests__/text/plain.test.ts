import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseWorkflowCommands } from '../support/workflow-commands.js'
import { MAX_LINE, plainOneLine, plainText } from '../../src/text/plain.js'

test.each([
  ['colours', '\u001b[1;31merror\u001b[0m: no', 'error: no'],
  ['a title set by OSC', 'a\u001b]0;title\u0007b\u001b]8;;x\u001b\\c', 'abc'],
  ['a string sequence that never ends', 'a\u001b]0;swallow\nnext', 'a\nnext'],
  ['C1 controls', 'a\u009b31mb\u0085c', 'ab\nc'],
  ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['bidi controls', 'safe\u202etxt.exe\u2066', 'safetxt.exe'],
  ['tabs stay', '\tindented', '\tindented'],
  ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ['letters of other scripts stay', 'größe модуль 模块 🐧', 'größe модуль 模块 🐧'],
])('%s', (_what, text, plain) => expect(plainText(text)).toBe(plain))

test.each([
  '::error file=a.c,line=1::forged',
  '  \t::set-output name=verdict::pass',
  '\u001b[0m::error::x',
  '\u00ad::error::x',
  ':\u200b:error::x',
  'ok\r::error::x',
  '\u00a0::error::x',
  ':\u001b[m:error::x',
  'x ##[error]legacy',
  '#\u00ad#[error]legacy',
  '#\u0000#[error]legacy',
  '###[error]legacy',
  '::stop-commands::token',
])('no command is left of %j', (text) => {
  const plain = plainText(text)
  expect(parseWorkflowCommands(plain)).toEqual([])
  expect(plain).not.toMatch(/^\s*::|##\[/m)
})

const PIECES = ['::', ':', '#', '##[', '[', ']', 'error', 'add-mask', ' ', '\t', '\n', '\r', '\u001b', '\u001b[', '\u00ad', '\u200b', '\u0085', '\u2028', '\u00a0', '\u3000', '\ufeff', 'x', '\u009d', '\u0007', '\ud800', '%0A']
const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')))

test('whatever comes in, the runner hears no command, and nothing invisible is left', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const plain = plainText(text)
      expect(parseWorkflowCommands(plain)).toEqual([])
      // Compared by culture, .NET would not see these characters; none may be left for it to skip.
      expect(plain).not.toMatch(/[^\P{C}\n\t\p{Cn}\p{Co}]|\p{Default_Ignorable_Code_Point}/u)
      expect(plainText(plain)).toBe(plain)
    }),
    { numRuns: 2000 },
  )
})

test('long lines are cut and say so', () => {
  const plain = plainText(`${'a'.repeat(MAX_LINE + 7)}\nnext`)
  expect(plain).toBe(`${'a'.repeat(MAX_LINE)} … (7 more characters)\nnext`)
})

test('one line is one line', () => {
  fc.assert(fc.property(hostile, (text) => expect(plainOneLine(text)).not.toMatch(/[\n\r\t]/)))
})
