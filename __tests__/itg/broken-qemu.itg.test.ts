import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, type CliResult, HELLO, checkout, gateCli, gateStep, preparedRoot } from '../support/gate.js'
import { stageOf, weighty, wordsOf } from '../support/report-file.js'
import { WORKSPACE } from '../support/runner-shim.js'

const QEMU = 'usr/bin/qemu-system-x86_64'

let root = ''
beforeAll(async () => {
  ;({ root } = await preparedRoot('trixie'))
  checkout(root, HELLO, 'hello')
  expect((await gateStep(root, { module: 'hello', boot: 'off', abi: 'off' }, { timeout: 400 })).outputs['verdict']).toBe('pass')
  mkdirSync(join(root, 'root/hello'), { recursive: true })
  cpSync(join(root, WORKSPACE, 'kmod-gate-out/modules'), join(root, 'root/hello'), { recursive: true })
  checkout(root)
}, 900_000)

/** The gate on a module that is good, below a script that spoils something first and then runs its arguments. */
async function check(spoil: string, ...args: readonly string[]): Promise<CliResult> {
  writeFileSync(join(root, 'usr/local/bin/spoilt'), `#!/bin/sh\nset -e\n${spoil}\nexec "$@"\n`, { mode: 0o755 })
  return gateCli(root, ['check', '--modules', '/root/hello', '--abi', 'off', '--reloads', '1', '--cache-dir', '/__t/kmod-gate', ...args, ...CLI_OUTPUT], { through: ['/usr/local/bin/spoilt'], timeout: 300 })
}

/** A program of QEMU's name that comes first in PATH. */
const fake = (body: string): string => `mkdir -p /tmp/fake\ncat > /tmp/fake/qemu-system-x86_64 <<'END'\n#!/bin/sh\n${body}\nEND\nchmod +x /tmp/fake/qemu-system-x86_64\nexport PATH=/tmp/fake:$PATH`

function expectNotJudged({ status, report }: CliResult, id: string, words: RegExp): void {
  expect([status, report?.verdict, weighty(report).map((finding) => finding.id)]).toEqual([3, 'error', [id]])
  expect(weighty(report).map(wordsOf).join('\n')).toMatch(words)
}

test('QEMU crashes before the guest is up', async () => {
  expectNotJudged(await check(fake('kill -SEGV $$'), '--boot', 'tcg'), 'guest.qemu-killed', /SIGSEGV/)
}, 400_000)

test('QEMU is killed while the guest boots, as the kernel does when memory is out', async () => {
  expectNotJudged(await check(fake(`/${QEMU} "$@" & sleep 1; kill -KILL $!; wait $!; kill -KILL $$`), '--boot', 'tcg'), 'guest.qemu-killed', /SIGKILL/)
}, 400_000)

test('QEMU is not there, and nothing may be installed', async () => {
  renameSync(join(root, QEMU), join(root, `${QEMU}.hidden`))
  try {
    expectNotJudged(await check(':', '--boot', 'tcg', '--install', 'false'), 'guest.qemu-missing', /Install qemu-system-x86/)
  } finally {
    renameSync(join(root, `${QEMU}.hidden`), join(root, QEMU))
  }
}, 400_000)

/** A /dev without a KVM, to which something may be added before the script goes on with `mount`. */
const DEV = 'rm -rf /tmp/dev\nmkdir -p /tmp/dev\nmount -t tmpfs dev /tmp/dev\ncp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /tmp/dev/\nmkdir /tmp/dev/shm'
const USE = 'mount --rbind /tmp/dev /dev'

// What auto says of a /dev/kvm that does not serve; the verdict on the module is TCG's, and true.
test.each<[string, string, RegExp]>([
  ['is not there', `${DEV}\n${USE}`, /there is no \/dev\/kvm/],
  ['is forbidden', `${DEV}\n: > /tmp/dev/kvm\nchmod 000 /tmp/dev/kvm\n${USE}\nset -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"`, /\/dev\/kvm may not be opened by this user/],
  ['is no KVM', `${DEV}\ncp -a /dev/null /tmp/dev/kvm\n${USE}`, /QEMU gave up on KVM: .*(?:KVM|kvm)/],
])('/dev/kvm %s', async (_, spoil, reason) => {
  const ended = await check(spoil, '--boot', 'auto')
  expect([ended.status, weighty(ended.report), ended.report?.guest?.accelerator]).toEqual([0, [], 'tcg'])
  expect(ended.report?.guest?.acceleratorReason).toMatch(reason)
  expect(stageOf(ended.report, 'boot')?.summary).toMatch(reason)
}, 400_000)

test('that QEMU gives up on KVM is found out while the module is built, and the guest that boots meanwhile is emulated', async () => {
  checkout(root, HELLO, 'hello')
  writeFileSync(join(root, 'usr/local/bin/spoilt'), `#!/bin/sh\nset -e\n${DEV}\ncp -a /dev/null /tmp/dev/kvm\n${USE}\nexec "$@"\n`, { mode: 0o755 })
  const ended = await gateCli(root, ['check', 'hello', '--abi', 'off', '--boot', 'auto', '--cache-dir', '/__t/kmod-gate', ...CLI_OUTPUT], { through: ['/usr/local/bin/spoilt'], timeout: 300 })
  expect([ended.status, weighty(ended.report), ended.report?.guest?.accelerator]).toEqual([0, [], 'tcg'])
  expect(ended.report?.guest?.acceleratorReason).toMatch(/QEMU gave up on KVM: .*(?:KVM|kvm).*The guest came up while the modules were built\./)
}, 400_000)
