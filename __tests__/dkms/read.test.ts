import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { hasDkmsConf, readDkmsConf } from '../../src/dkms/read.js'
import { DKMS_3_0, DKMS_3_2, rulesOf } from '../../src/dkms/rules.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { gateUnderstands } from './oracle.js'
import { BASE, CASES, FIXTURES, confOf, readFixture, readText, realHost, recorded, rulesNamed, TREE } from './reading.js'

const scratch = scratchDirectories()
/** Milliseconds: each reading starts a dozen processes. */
const SLOW = 30_000

/** dkms 3.0 takes the carriage return for a part of the name, and cannot build that either. */
const REFUSED_EARLIER = new Set(['carriage-returns 3.0.10'])

describe('what dkms itself understood of', () => {
  test.each(CASES)('%s', async (name) => {
    const cases = recorded(name)
    expect(cases.length).toBeGreaterThan(1)
    for (const { dkms, release, tree, understands } of cases) {
      const { conf } = await readFixture(name, { rules: rulesNamed(dkms), release, sourceDir: join(FIXTURES, 'trees', tree) })
      const ours = JSON.parse(JSON.stringify(gateUnderstands(conf)).replaceAll(join(FIXTURES, 'trees', tree), '<tree>')) as unknown
      const expected = REFUSED_EARLIER.has(`${name} ${dkms}`) ? { valid: false } : understands
      expect({ dkms, release, tree, ours }).toEqual({ dkms, release, tree, ours: expected })
    }
  }, SLOW)
})

test('a directory is a package when it holds dkms.conf', async () => {
  expect(await hasDkmsConf(join(FIXTURES, 'one-module'))).toBe(true)
  expect(await hasDkmsConf(FIXTURES)).toBe(false)
})

test('the conf gets nothing of the gate’s environment and leaves nothing behind', async () => {
  process.env['KMOD_GATE_TEST_SECRET'] = 'told'
  const conf = await confOf(scratch(), `${BASE}: > litter\nMAKE="make S=$KMOD_GATE_TEST_SECRET PATH=$PATH"\nCLEAN="$PWD"`, { rules: DKMS_3_0 })
  delete process.env['KMOD_GATE_TEST_SECRET']
  expect(conf.make).toBe('make S= PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  expect(conf.clean).toMatch(/^\/.*\/kmod-gate-dkms-\w+$/)
  expect(existsSync(conf.clean ?? '')).toBe(false)
})

test('a carriage return is named where dkms stumbles over it', async () => {
  const { conf, findings } = await readFixture('carriage-returns', { rules: DKMS_3_0 })
  expect(conf).toBeUndefined()
  expect(findings[0]?.remedy).toMatch(/carriage return/)
})

test('a bash that is killed, endless values and an index out of all reason are errors, not faults of the module', async () => {
  for (const text of ['kill -9 $$', `MAKE[999999]=x`, 'MAKE[5000]=y', 'printf -v PRE_BUILD %01500000d 0']) {
    // The older rules, as bash takes a time that grows with the square to look for a carriage return at the end.
    await expect(readText(scratch(), BASE + text, { rules: DKMS_3_0 })).rejects.toMatchObject({ name: 'GateError', finding: { id: 'build.dkms-unreadable', severity: 'error' } })
  }
}, SLOW)

test('a deadline that passes is an error', async () => {
  const host = { ...realHost(), run: () => Promise.resolve({ status: 124, stdout: '', stderr: '', timedOut: true, seconds: 60 }) }
  const options = { rules: DKMS_3_2, release: '6.1.0-56-amd64', arch: 'x86_64', sourceDir: TREE, dkmsTree: '/var/lib/dkms' }
  await expect(readDkmsConf(host, join(FIXTURES, 'one-module'), options)).rejects.toMatchObject({ finding: { id: 'build.dkms-unreadable', detail: 'It was still running after 60 s.' } })
})

test('directories that no MAKE can hold are refused', async () => {
  await expect(readFixture('one-module', { dkmsTree: '/tmp/with blank' })).rejects.toMatchObject({ finding: { id: 'build.dkms-path' } })
})

test.each([
  ['3.0.10-8+deb12u1', DKMS_3_0],
  ['2.8.4-3', DKMS_3_0],
  ['3.2.2-1~deb13u1', DKMS_3_2],
  ['dkms-3.2.2', DKMS_3_2],
  [undefined, DKMS_3_2],
])('dkms %s', (version, rules) => {
  expect(rulesOf(version)).toBe(rules)
})
