import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { shellQuote, shellWords } from '../../src/text/shell.js'

test.each<[string, readonly string[] | undefined]>([
  ['', []],
  ['  W=1   V=1\nC=2 ', ['W=1', 'V=1', 'C=2']],
  [`KCFLAGS='-DA -DB' X="a b"c`, ['KCFLAGS=-DA -DB', 'X=a bc']],
  [`X="a \\"b\\" \\n $HOME"`, ['X=a "b" \\n $HOME']],
  ['a\\ b \\\\', ['a b', '\\']],
  ['two\\\nlines', ['twolines']],
  [`''`, ['']],
  [`X='open`, undefined],
  ['X="open', undefined],
  ['end\\', undefined],
])('%j gives %j', (text, words) => expect(shellWords(text)).toEqual(words))

test('what is quoted comes back', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => expect(shellWords(words.map(shellQuote).join(' '))).toEqual(words)))
})
