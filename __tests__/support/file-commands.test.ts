import { expect, test } from '@jest/globals'
import { parseFileCommands } from './file-commands.js'

test('plain pairs and blocks', () => {
  expect(parseFileCommands('verdict=pass\nmodules<<ghadelimiter_1\n["a=b",\n"c"]\nghadelimiter_1\nurl=a=b<<c\n')).toEqual({ verdict: 'pass', modules: '["a=b",\n"c"]', url: 'a=b<<c' })
})

test('an empty block is an empty value', () => {
  expect(parseFileCommands('report<<EOF\nEOF\n')).toEqual({ report: '' })
})

test('a block without an end is refused', () => {
  expect(() => parseFileCommands('a<<EOF\nb\n')).toThrow('the value of a has no end')
})

test('a line that is neither is refused', () => {
  expect(() => parseFileCommands('verdict\n')).toThrow('neither name=value')
})
