import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { kitPart, preparedPart, kconfigPart, type Part } from '../../src/cache/parts.js'
import { fetchKit } from '../../src/kernel/kit.js'
import type { KernelTarget } from '../../src/model/kernel.js'
import { preparedName } from '../../src/tree/prepared.js'
import { keepKconfig } from '../../src/tree/unpack.js'
import { fakeHost } from '../kernel/fake-host.js'
import { scratchDirectories } from './folders.js'
import { TARGET } from './target.js'

const scratch = scratchDirectories()
const parts = (target: KernelTarget, cacheDir = '/c', fingerprint = 'f'.repeat(64)): Part[] => [kitPart(target, cacheDir), kconfigPart(target, cacheDir), preparedPart(target, cacheDir, fingerprint)]
const keys = (...args: Parameters<typeof parts>): string[] => parts(...args).map(({ key }) => key)

test('the kit is the folder that fetchKit reads', async () => {
  const cacheDir = scratch()
  const { folder, marker = '' } = kitPart(TARGET, cacheDir)
  for (const file of [`boot/vmlinuz-${TARGET.release}`, `boot/config-${TARGET.release}`, `lib/modules/${TARGET.release}/kernel/a.ko`, `usr/src/linux-headers-${TARGET.release}/.config`, `usr/src/linux-headers-${TARGET.release}/Module.symvers`, 'vmlinux', marker]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  const host = fakeHost(() => ({ status: 1 }))
  const kit = await fetchKit(host, TARGET, { cacheDir, workDir: cacheDir, install: true, source: false })
  expect(kit.vmlinux).toBe(join(folder, 'vmlinux'))
  expect(host.commands).toEqual([])
})

test('the Kconfig files are the folder that keepKconfig makes', async () => {
  const cacheDir = scratch()
  await keepKconfig(fakeHost(() => ({})), { target: TARGET, sourceTar: '' }, cacheDir)
  expect(readdirSync(join(cacheDir, 'trees')).map((name) => join(cacheDir, 'trees', name))).toEqual([kconfigPart(TARGET, cacheDir).folder])
})

test('the prepared tree is the folder that usePrepared copies', () => {
  expect(preparedPart(TARGET, '/c', 'abc').folder).toBe(join('/c/prepared', preparedName(TARGET, 'abc')))
})

test('keys are such as @actions/cache takes, and none begins another', () => {
  const all = keys(TARGET)
  for (const key of all) {
    expect(key).toMatch(/^kmod-gate-[^,]*-[0-9a-f]{32}$/)
    expect(key.length).toBeLessThan(400)
    expect(all.filter((other) => other.startsWith(key))).toEqual([key])
  }
})

test('what is shared has one key, what differs has another', () => {
  const [kit, tree, prepared] = keys(TARGET)
  const cloud = keys({ ...TARGET, release: '6.1.0-56-cloud-amd64', image: [{ name: 'linux-image-6.1.0-56-cloud-amd64', version: '1', size: 1 }] })
  expect(cloud[0]).not.toBe(kit)
  expect(cloud[1]).toBe(tree)
  expect(cloud[2]).not.toBe(prepared)
  const rebuilt = keys({ ...TARGET, source: { ...TARGET.source, sha256: 'other' } })
  expect(rebuilt[0]).toBe(kit)
  expect(rebuilt[1]).not.toBe(tree)
  expect(rebuilt[2]).not.toBe(prepared)
  expect(keys(TARGET, '/c', 'e'.repeat(64))).toEqual([kit, tree, expect.not.stringMatching(prepared ?? '')])
  // A tree that was prepared elsewhere has another path compiled in; kits and sources have none.
  expect(keys(TARGET, '/elsewhere')).toEqual([kit, tree, expect.not.stringMatching(prepared ?? '')])
})

test('what a part spares is the size of its packages', () => {
  expect(parts(TARGET).map(({ spares }) => spares)).toEqual([72_000_000, 139_000_000, 0])
})
