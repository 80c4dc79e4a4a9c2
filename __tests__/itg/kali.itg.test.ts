import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { archiveServers } from '../snapshot/archive-server.js'
import { buildPackage, endKey, fileAnswer, makeKey, publish, type Key } from '../snapshot/loopback-archive.js'
import { renamedKernel } from '../suites/kali-kernel.js'
import { defaultRelease } from '../support/apt-oracle.js'
import { HELLO, checkout, gateCli, gateStep, preparedRoot } from '../support/gate.js'
import { kernelDebs } from '../support/kernel-debs.js'
import { guestSteps, weighty } from '../support/report-file.js'

// A root that says it is Kali and whose only archive is one on loopback with Kali's names, holding Debian's kernel under them.
const start = archiveServers()
const KALI = { release: '6.12.38+kali-amd64', version: '6.12.38-1kali1' }
const OLD = { release: '5.14.0-kali4-amd64', version: '5.14.16-1kali1' }
let base = ''
let key: Key
let root = ''

const OS_RELEASE = 'PRETTY_NAME="Kali GNU/Linux Rolling"\nNAME="Kali GNU/Linux"\nVERSION_ID="2026.3"\nVERSION_CODENAME=kali-rolling\nID=kali\nID_LIKE=debian\n'

/** A metapackage, and all but the contents of an older kernel: it is only to be named. */
function furtherPackages(dir: string): string[] {
  const empty = (name: string, version: string, more: Readonly<Record<string, string>> = {}) => buildPackage(dir, { Package: name, Version: version, ...more })
  return [
    empty('linux-image-amd64', KALI.version, { Depends: `linux-image-${KALI.release} (= ${KALI.version})` }),
    ...[`linux-image-${OLD.release}`, `linux-headers-${OLD.release}`, 'linux-source-5.14'].map((name) => empty(name, OLD.version)),
  ]
}

beforeAll(async () => {
  base = mkdtempSync('/tmp/kgk-')
  key = makeKey(join(base, 'k'))
  const prepared = await preparedRoot('trixie')
  root = prepared.root
  const release = await defaultRelease(root, 'amd64')
  const version = prepared.first.outputs['package-version'] ?? ''
  const debs = await kernelDebs(root, { release, version, series: '6.12' })
  const packages = join(base, 'packages')
  mkdirSync(packages)
  const kernel = await renamedKernel(packages, debs, { release, version }, KALI)
  publish({ root: join(base, 'archive'), suite: 'kali-rolling', origin: 'Kali', debs: [...kernel, ...furtherPackages(packages)], key })
}, 600_000)
afterAll(() => {
  endKey(key)
  rmSync(base, { recursive: true, force: true })
})

/** What makes a Kali of the root, for one run. */
async function kali(): Promise<{ readonly binds: readonly (readonly [string, string])[] }> {
  const server = await start((path) => fileAnswer(join(base, 'archive'), path.replace(/^\/kali\//, '')))
  const etc = mkdtempSync(join(base, 'etc-'))
  const file = (name: string, text: string): string => {
    writeFileSync(join(etc, name), text)
    return join(etc, name)
  }
  const lists = join(etc, 'lists')
  mkdirSync(join(lists, 'partial'), { recursive: true })
  return {
    binds: [
      [file('os-release', OS_RELEASE), '/etc/os-release'],
      [file('sources.list', `deb [signed-by=/usr/share/keyrings/kali-archive-keyring.gpg] ${server.base}/kali kali-rolling main\n`), '/etc/apt/sources.list'],
      [key.keyring, '/usr/share/keyrings/kali-archive-keyring.gpg'],
      [lists, '/var/lib/apt/lists'],
    ],
  }
}

test('Kali’s default kernel: built, proven, booted', async () => {
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', 'cache-dir': '/tmp/kali-cache' }, await kali())
  expect([step.outputs['verdict'], step.outputs['kernel-release'], weighty(step.report)]).toEqual(['pass', KALI.release, []])
  expect(step.report?.target).toMatchObject({ release: KALI.release, packageVersion: KALI.version, series: '6.12', flavour: 'amd64' })
  expect(step.report?.guest?.release).toBe(KALI.release)
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(['load hello ok', 'unload hello ok']))
}, 600_000)

test('a kernel that Kali does not have: those that it has are listed, the older names too', async () => {
  checkout(root, HELLO, 'hello')
  const ended = await gateCli(root, ['check', 'hello', '--kernel', '6.12.37+kali-amd64', '--cache-dir', '/tmp/kali-cache'], await kali())
  expect(ended.status).toBe(2)
  for (const text of ['6.12.37+kali-amd64', KALI.release, OLD.release]) expect(ended.output).toContain(text)
}, 300_000)
