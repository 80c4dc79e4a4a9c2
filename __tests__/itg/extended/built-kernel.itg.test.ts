import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, HELLO, checkout, gateCli, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import { guestSteps, stageOf, threeTimes, weighty } from '../../support/report-file.js'
import { treeListing } from '../../support/tree-listing.js'

/** A kernel that is compiled here from the source, as small as one can be that the guest of the gate still boots: no BTF, no modules of its own, one console. */

const TREE = 'srv/own'
const FRAGMENT = ['64BIT', 'MODULES', 'MODULE_UNLOAD', 'MODVERSIONS', 'BLK_DEV_INITRD', 'BINFMT_ELF', 'BINFMT_SCRIPT', 'PRINTK', 'TTY', 'SERIAL_8250', 'SERIAL_8250_CONSOLE', 'PROC_FS', 'SYSFS', 'DEVTMPFS', 'MULTIUSER', 'FUTEX', 'POSIX_TIMERS', 'PCI', 'ACPI', 'HYPERVISOR_GUEST', 'PARAVIRT', 'PVH', 'KALLSYMS', 'BUG', 'DEBUG_KERNEL', 'DEBUG_FS']
let root = ''

beforeAll(async () => {
  ;({ root } = await preparedRoot('bookworm'))
  checkout(root, HELLO, 'hello')
  await mustInRoot(root, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'linux-source-6.1', 'flex', 'bison', 'bc', 'libelf-dev'], { timeout: 400 })
  mkdirSync(join(root, TREE), { recursive: true })
  writeFileSync(join(root, 'srv/fragment'), FRAGMENT.map((option) => `CONFIG_${option}=y\n`).join(''))
  const script = `cd /${TREE} && tar --strip-components=1 -xf /usr/src/linux-source-6.1.tar.xz && make -s tinyconfig && scripts/kconfig/merge_config.sh -m .config /srv/fragment && make -s olddefconfig && make -s -j2 all`
  await mustInRoot(root, ['sh', '-ec', script], { timeout: 2400 })
}, 3_000_000)

test('guard, build, proof and boot on a kernel that was built from source; its tree stays as it is', async () => {
  const before = treeListing(join(root, TREE))
  const ended = await gateCli(root, ['check', 'hello', '--kernel-tree', `/${TREE}`, '--boot', 'tcg', ...CLI_OUTPUT])
  expect(weighty(ended.report)).toEqual([])
  expect([ended.status, ended.report?.verdict, stageOf(ended.report, 'guard')?.outcome]).toEqual([0, 'pass', 'pass'])
  expect(guestSteps(ended.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
  // It has no BTF to compare types with, which is said.
  expect(ended.report?.proof?.modules.map(({ types, gaps }) => [types.compared, gaps.some(({ what }) => what === 'types')])).toEqual([[0, true]])
  expect(treeListing(join(root, TREE))).toEqual(before)
}, 600_000)

test('an option that was switched in .config and not built is said before anything is compiled', async () => {
  await mustInRoot(root, ['sh', '-ec', `cd /${TREE} && cp .config /srv/kept.config && scripts/config --disable DEBUG_FS`], { timeout: 60 })
  const ended = await gateCli(root, ['check', 'hello', '--kernel-tree', `/${TREE}`, '--boot', 'off', ...CLI_OUTPUT])
  await mustInRoot(root, ['cp', '-p', '/srv/kept.config', `/${TREE}/.config`], { timeout: 60 })
  expect(ended.status).toBe(2)
  expect(ended.output).toMatch(/changed after the last build\..*DEBUG_FS/)
}, 300_000)
