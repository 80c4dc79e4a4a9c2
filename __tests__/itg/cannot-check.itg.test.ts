import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CLI_OUTPUT, HELLO, type CliResult, bareRoot, checkout, gateCli } from '../support/gate.js'
import { mustInRoot } from '../support/in-root.js'
import { weighty, wordsOf } from '../support/report-file.js'
import { ACTION_DIR, NODE24, removeRoot } from '../support/roots.js'

let root = ''
beforeAll(async () => {
  root = await bareRoot('trixie')
  checkout(root, HELLO, 'hello')
}, 600_000)
afterAll(() => removeRoot(root))

const CHECK = ['check', 'hello', '--boot', 'tcg', ...CLI_OUTPUT] as const

function expectNotChecked(ended: CliResult, cause: RegExp): void {
  expect({ status: ended.status, output: ended.output }).toMatchObject({ status: 3 })
  expect(ended.report?.verdict).toBe('error')
  expect(weighty(ended.report).map(wordsOf).join('\n')).toMatch(cause)
  expect(ended.output).toMatch(cause)
}

test('no network and nothing cached', async () => {
  expectNotChecked(await gateCli(root, CHECK, { network: false }), /network|resolve|reach/i)
}, 240_000)

test('apt is locked by somebody else', async () => {
  // A lock as dpkg and apt take it: struct flock of x86-64, over the whole file.
  const holder = "use Fcntl; open(my $f, '+>>', '/var/lib/dpkg/lock-frontend') or die; my $lock = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0); fcntl($f, F_SETLK, $lock) or die; sleep 300"
  writeFileSync(join(root, 'usr/local/bin/locked'), `#!/bin/sh\nperl -e "$HOLDER" & holder=$!\nsleep 1\n"$@"; status=$?\nkill $holder\nexit $status\n`, { mode: 0o755 })
  const ended = await gateCli(root, CHECK, { through: ['/usr/local/bin/locked'], env: { HOLDER: holder }, timeout: 300 })
  expectNotChecked(ended, /lock/i)
}, 330_000)

test('the disk is full', async () => {
  writeFileSync(join(root, 'usr/local/bin/small-disk'), '#!/bin/sh\nmkdir -p /small\nmount -t tmpfs -o size=24m small /small\nmkdir -p /small/tmp\nTMPDIR=/small/tmp exec "$@"\n', { mode: 0o755 })
  const ended = await gateCli(root, [...CHECK, '--cache-dir', '/small/cache'], { through: ['/usr/local/bin/small-disk'], timeout: 300 })
  expectNotChecked(ended, /No space left|disk|space/i)
}, 330_000)

test('neither root nor sudo: said at once', async () => {
  await mustInRoot(root, ['useradd', '--create-home', 'someone'], { timeout: 30 })
  await mustInRoot(root, ['chmod', '-R', 'a+rX', ACTION_DIR, NODE24], { timeout: 30 })
  const ended = await gateCli(root, ['check', 'hello', '--boot', 'tcg', '--output-dir', '/home/someone/out', '--cache-dir', '/home/someone/cache'], {
    through: ['setpriv', '--reuid=someone', '--regid=someone', '--clear-groups'],
    env: { HOME: '/home/someone' },
  })
  expect({ status: ended.status, output: ended.output }).toMatchObject({ status: 3 })
  expect(ended.output).toMatch(/sudo/)
}, 240_000)
