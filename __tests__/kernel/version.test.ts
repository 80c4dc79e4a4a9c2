import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareVersions } from '../../src/kernel/version.js'

/** Versions in ascending order, from Debian's and Kali's archives and the corners of deb-version(7). */
const ASCENDING = ['5.14.16-1kali1', '6.1.0-0', '6.1.170-3', '6.1.192-1', '6.1.192-2', '6.12.38-1kali1', '6.12.117-1~deb12u1', '6.12.117-1', '7.3~rc7-1~exp1', '7.3.4-1~bpo13+1', '7.3.4-1', '1:1.0~~', '1:1.0~', '1:1.0', '1:1.0a', '1:1.0+b1']

// dpkg refuses an empty revision.
const version = fc.tuple(fc.constantFrom('', '0:', '1:'), fc.string({ unit: fc.constantFrom('0', '1', '9', '10', '00', 'a', 'Z', '.', '+', '~', '-'), maxLength: 6 }), fc.constantFrom('', '-0', '-1', '-1~bpo1', '-2+b1')).map(([epoch, upstream, revision]) => `${epoch}1${upstream}${revision}`).filter((text) => !text.endsWith('-'))

test('a list in order stays in order, whatever order it came in', () => {
  expect([...ASCENDING].reverse().sort(compareVersions)).toEqual(ASCENDING)
})

test('it is an order: antisymmetric and transitive', () => {
  const sign = (a: string, b: string) => Math.sign(compareVersions(a, b))
  const property = fc.property(version, version, version, (a, b, c) => {
    const [low, middle, high] = [a, b, c].sort(compareVersions)
    return sign(a, b) === -sign(b, a) + 0 && sign(low ?? '', middle ?? '') <= 0 && sign(low ?? '', high ?? '') <= 0
  })
  expect(() => fc.assert(property)).not.toThrow()
})

test('dpkg says the same', () => {
  const pairs = [...fc.sample(fc.tuple(version, version), 150), ...ASCENDING.flatMap((a) => ASCENDING.slice(0, 4).map((b): [string, string] => [a, b]))]
  const script = 'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi; done'
  const oracle = spawnSync('sh', ['-c', script], { input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''), encoding: 'utf8' }).stdout.trim().split('\n')
  expect(pairs.map(([a, b]) => `${a} ${b} ${Math.sign(compareVersions(a, b))}`)).toEqual(pairs.map(([a, b], i) => `${a} ${b} ${oracle[i] ?? ''}`))
}, 30_000)
