import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapeHtml } from '../../src/text/html.js'
import { codeBlock, codeSpan, markdownText } from '../../src/text/markdown.js'

const pieces = ['`', '``', '```', '\n', '\n```\n', '~~~', ' ', 'a', '<b>', '|', '\\', '*', '&amp;', '"', "'"]
const hostile = fc.oneof(fc.string(), fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join('')))

test('a block ends where we end it and nowhere before', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const lines = codeBlock(text).split('\n')
      const fence = /^`+/.exec(lines[0] ?? '')?.[0] ?? ''
      // CommonMark 4.5: a line of at least as many backticks, indented by at most three blanks, ends the block.
      const ends = lines.slice(1).findIndex((line) => new RegExp(`^ {0,3}\`{${fence.length},}\\s*$`).test(line))
      expect(fence.length).toBeGreaterThanOrEqual(3)
      expect(ends).toBe(lines.length - 2)
    }),
  )
})

test('a span has no run of backticks as long as its fence', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const span = codeSpan(text)
      const fence = /^`*/.exec(span)?.[0] ?? ''
      const inside = span.slice(fence.length, span.length - fence.length)
      expect([...inside.matchAll(/`+/g)].every(([run]) => run.length !== fence.length)).toBe(true)
    }),
  )
})

test('text stays in its cell and makes no markup', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const cell = markdownText(text)
      expect(cell).not.toMatch(/[\n|<>]/)
      expect(cell.replace(/\\[^]/g, '')).not.toMatch(/[`*[\]~]/)
    }),
  )
  expect(markdownText('CONFIG_CAN_ETAS_ES58X=m <b>|*x*')).toBe('CONFIG_CAN_ETAS_ES58X=m &lt;b&gt;&#124;\\*x\\*')
})

test('HTML escapes all five', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;')
})
