import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { moduleTypes } from '../../src/abi/module-types.js'
import { fakeHost } from '../kernel/fake-host.js'

const WITH_DWARF = [{ name: '.debug_info', data: Buffer.from([1]) }] as unknown as Parameters<typeof moduleTypes>[2]

test.each([
  ["pahole: unrecognized option '--btf_gen_floats'\nTry `pahole --help' or `pahole --usage' for more information.\n", /--btf_encode_detached came with 1\.22/, /dwarves 1\.22/],
  ['some lines\ndie__process: DW_TAG_compile_unit expected\n', /could not turn the module’s DWARF into BTF: die__process/, undefined],
])('why pahole made no BTF is said: %#', async (stderr, why, remedy) => {
  const dir = mkdtempSync(join(tmpdir(), 'kmod-gate-types-'))
  try {
    const host = { ...fakeHost(() => ({ status: 1, stderr })), which: () => Promise.resolve('/usr/bin/pahole') }
    const { found, gaps } = await moduleTypes(host, 'a.ko', WITH_DWARF, undefined, dir)
    expect([found, gaps.length]).toEqual([undefined, 1])
    expect(gaps[0]?.why).toMatch(why)
    expect(gaps[0]?.remedy ?? '').toMatch(remedy ?? /^$/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
