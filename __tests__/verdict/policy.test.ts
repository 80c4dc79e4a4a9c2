import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { UsageError } from '../../src/model/errors.js'
import { matches } from '../../src/verdict/pattern.js'
import { isExpired, NO_POLICY, parsePolicy } from '../../src/verdict/policy.js'

const WHOLE = `
# who counts
required: [bookworm, "6.12.*-amd64"]
advisory: [sid, trixie-backports/rt]
may-skip: ['7.*']
stages: [build, proof, boot]
waivers:
  - kernel: trixie/rt
    finding: abi.signature
    reason: upstream knows
    expires: 2026-12-31
  - { kernel: "7.*", reason: later, expires: "2027-01-31" }
`

const EXPECTED = {
  required: ['bookworm', '6.12.*-amd64'],
  advisory: ['sid', 'trixie-backports/rt'],
  maySkip: ['7.*'],
  stages: ['build', 'proof', 'boot'],
  waivers: [
    { kernel: 'trixie/rt', finding: 'abi.signature', reason: 'upstream knows', expires: '2026-12-31' },
    { kernel: '7.*', reason: 'later', expires: '2027-01-31' },
  ],
}

test('YAML, and JSON as well', () => {
  expect(parsePolicy(WHOLE, 'p.yml')).toEqual(EXPECTED)
  const { maySkip, ...rest } = EXPECTED
  expect(parsePolicy(JSON.stringify({ ...rest, 'may-skip': maySkip }), 'p.json')).toEqual(EXPECTED)
})

test('what is left out is empty', () => {
  expect(parsePolicy('# nothing yet\n', 'p')).toEqual(NO_POLICY)
  expect(parsePolicy('required: []', 'p')).toEqual(NO_POLICY)
})

test.each([
  ['requierd: [sid]', /policy p: requierd: .*There is no such key; the keys are required, advisory, may-skip, stages, waivers/],
  ['required: sid', /policy p: required: "sid" cannot be used\. Allowed is a list/],
  ['required: [6.1]', /required\[0\]: "6\.1" cannot be used\. Allowed is the name/],
  ['required: ["a b"]', /required\[0\]: "a b" cannot/],
  ['stages: [bake]', /stages\[0\]: "bake" cannot be used\. Allowed are resolve, install, .*boot/],
  ['waivers: [{kernel: sid, reason: x}]', /waivers\[0\]\.expires: "nothing" cannot be used\. Allowed is a day as YYYY-MM-DD/],
  ['waivers: [{kernel: sid, reason: x, expires: 2026-02-30}]', /expires: "2026-02-30" cannot/],
  ['waivers: [{kernel: sid, reason: x, expires: 31.12.2026}]', /expires: "31\.12\.2026" cannot/],
  ['waivers: [{kernel: sid, reason: x, expires: never}]', /expires: "never" cannot/],
  ['waivers: [{kernel: sid, reason: " ", expires: 2026-12-31}]', /reason: " " cannot be used\. Allowed is a reason/],
  ['waivers: [{kernel: sid, expires: 2026-12-31}]', /reason: "nothing" cannot/],
  ['waivers: [{reason: x, expires: 2026-12-31}]', /waivers\[0\]\.kernel: "nothing" cannot/],
  ['waivers: [{kernel: sid, finding: A B, reason: x, expires: 2026-12-31}]', /finding: "A B" cannot/],
  ['waivers: [{kernel: sid, until: 1, reason: x, expires: 2026-12-31}]', /waivers\[0\]\.until: .*There is no such key/],
  ['[sid]', /policy p: .*Allowed is a table of keys and values/],
  ['required: [sid]\nrequired: [trixie]', /Map keys must be unique.*not YAML/i],
  ['required: [sid', /not YAML/],
  ['a: &a [x]\nrequired: *a', /Aliases are not allowed|no such key/],
  ['required: &a [sid]\nadvisory: *a', /Aliases are not allowed/],
  ['required: !!js/function x', /not YAML/],
  [`required: [${'sid, '.repeat(1001)}sid]`, /at most 1000/],
  [`# ${'x'.repeat(300_000)}`, /at most 262144/],
])('%j is refused', (text, message) => {
  expect(() => parsePolicy(text, 'p')).toThrow(UsageError)
  expect(() => parsePolicy(text, 'p')).toThrow(message)
})

test('the example in docs/policy.md is one', () => {
  const examples = [...readFileSync('docs/policy.md', 'utf8').matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => text ?? '')
  expect(examples.length).toBeGreaterThan(0)
  for (const text of examples) expect(parsePolicy(text, 'docs/policy.md').waivers.length).toBeGreaterThan(0)
})

test('a waiver counts to the end of its last day', () => {
  const waiver = { kernel: 'x', reason: 'x', expires: '2026-11-23' }
  expect(isExpired(waiver, new Date('2026-11-23T23:59:59.999Z'))).toBe(false)
  expect(isExpired(waiver, new Date('2026-11-24T00:00:00Z'))).toBe(true)
})

test('patterns are what a regular expression says, and never slow', () => {
  const letters = fc.constantFrom('a', 'b', '*', '?')
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 8 }), fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }), (pattern, text) => {
      const regexp = new RegExp(`^${pattern.map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char)).join('')}$`)
      expect(matches(pattern.join(''), text.join(''))).toBe(regexp.test(text.join('')))
    }),
    { numRuns: 3000 },
  )
  const began = Date.now()
  expect(matches(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false)
  expect(Date.now() - began).toBeLessThan(1000)
})
