import { expect, test } from '@jest/globals'
import { parseWorkflowCommands } from './workflow-commands.js'

const of = (output: string) => parseWorkflowCommands(output)

test.each([
  ['::error file=a.c,line=3,col=7::no such thing', { name: 'error', properties: { file: 'a.c', line: '3', col: '7' }, data: 'no such thing' }],
  ['  ::notice::after blanks', { name: 'notice', properties: {}, data: 'after blanks' }],
  ['::warning title=a%3Ab%2Cc::50%25 of%0Atwo lines', { name: 'warning', properties: { title: 'a:b,c' }, data: '50% of\ntwo lines' }],
  ['::error::%250A is no line end', { name: 'error', properties: {}, data: '%0A is no line end' }],
  ['[  1.2] noise ##[error]legacy, anywhere in the line', { name: 'error', properties: {}, data: 'legacy, anywhere in the line' }],
  ['##[warning file=a.c;line=2]legacy%5D', { name: 'warning', properties: { file: 'a.c', line: '2' }, data: 'legacy]' }],
  ['::ERROR::case does not matter', { name: 'error', properties: {}, data: 'case does not matter' }],
])('a runner acts upon %s', (line, expected) => {
  expect(of(line)).toEqual([expected])
})

test.each(['[  1.2] ::error::not at the start', '::errors::unknown', '::error no end', ':: error::', '##[section]unknown', '#[error]', 'a::error::b'])('a runner prints %s as it is', (line) => {
  expect(of(line)).toEqual([])
})

test('a lone carriage return starts a new line', () => {
  expect(of('harmless\r::error::not so\r\nmore').map(({ data }) => data)).toEqual(['not so'])
})

test('stop-commands silences everything up to its token', () => {
  expect(of('::stop-commands::secret\n::error::one\n##[error]two\n::secret::\n::error::three').map(({ data }) => data)).toEqual(['secret', 'three'])
})
