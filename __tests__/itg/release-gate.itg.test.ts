import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import { withAptLists } from '../../src/matrix/apt-lists.js'
import type { MatrixEntry } from '../../src/matrix/entry.js'
import { runKernels } from '../../src/matrix/run.js'
import { parseUris, URIS_ARGS } from '../../src/matrix/sources.js'
import { mirrorsOf } from '../../src/suites/sources.js'
import { SUITES } from '../../src/suites/suites.js'
import { surroundings } from '../../src/request/surroundings.js'
import { runVerdict } from '../../src/verdict/run.js'
import { completeReleases, defaultRelease } from '../support/apt-oracle.js'
import { mustInRoot } from '../support/in-root.js'
import { freshRoot, removeRoot } from '../support/roots.js'
import { treeListing } from '../support/tree-listing.js'
import { leave } from '../verdict/run-of-reports.js'

/** Specs against the real archive, held against what apt says inside a root of the suite; then jobs and verdict on that matrix. */

let root = ''
let bare = ''
beforeAll(async () => {
  root = await freshRoot('trixie')
  bare = (await mustInRoot(root, ['apt-get', ...URIS_ARGS], { timeout: 60 })).stdout
  await mustInRoot(root, ['apt-get', 'update', '-q'], { timeout: 300 })
}, 600_000)
afterAll(() => removeRoot(root))

async function kernels(...specs: readonly string[]): Promise<{ status: number; json: string; entries: readonly MatrixEntry[]; err: string }> {
  let [json, err] = ['', '']
  const status = await runKernels(['--json', ...specs], { createHost }, surroundings(), { write: (text) => (json += text) }, { write: (text) => (err += text) })
  return { status, json, err, entries: json === '' ? [] : (JSON.parse(json) as { include: readonly MatrixEntry[] }).include }
}

test('mirrors are found in a container that never fetched a list', async () => {
  const mirrors = mirrorsOf(parseUris(bare), 'trixie')
  expect(mirrors).toMatchObject({ own: { name: 'trixie', family: 'debian' }, security: { uri: expect.stringMatching(/^https?:/) } })
  expect(mirrorsOf(parseUris((await mustInRoot(root, ['apt-get', ...URIS_ARGS], { timeout: 60 })).stdout), 'trixie')).toEqual(mirrors)
})

test('a suite that this machine may not be made of: the same kernels as apt gives inside it, and this machine’s apt is as it was', async () => {
  // Any other apt on the machine makes and empties `partial`.
  const lists = (): string[] => ['/var/lib/apt/lists', '/etc/apt'].flatMap((dir) => treeListing(dir)).filter((line) => !line.startsWith('partial'))
  const before = lists()
  const { entries, status } = await kernels('trixie', 'trixie/rt?', 'trixie/6.12/latest-50', 'trixie/cloud/6.12/latest-50')
  expect(status).toBe(0)
  expect(entries[0]).toMatchObject({ kernel: await defaultRelease(root, 'amd64'), image: 'debian:trixie', required: true })
  expect(entries[1]).toMatchObject({ kernel: await defaultRelease(root, 'rt-amd64'), required: false })
  for (const flavour of ['amd64', 'cloud-amd64']) {
    const complete = await completeReleases(root, '6.12', flavour)
    expect(complete.length).toBeGreaterThan(0)
    // apt-oracle's pattern leaves out rebuilds such as +deb13.1, which are kernels, too.
    const found = entries.filter((entry) => entry.flavour === flavour && /^6\.12\.\d+\+deb13-/.test(entry.kernel)).map(({ kernel }) => kernel)
    expect(found.sort()).toEqual([...complete].sort())
  }
  expect(lists()).toEqual(before)
}, 300_000)

test('a spec that gives nothing says what is there', async () => {
  const { status, err } = await kernels('trixie-backports/5.4')
  expect(status).toBe(2)
  expect(err).toMatch(/"trixie-backports\/5\.4".*These would match: trixie-backports: \d/)
}, 300_000)

test('a series in backports alone: the released suites are fetched first, and what they gave stays', async () => {
  const { entries } = await kernels('7', 'trixie')
  expect(entries.map(({ suite, image }) => [suite, image])).toEqual([['trixie-backports', 'debian:trixie'], ['trixie', 'debian:trixie']])
}, 300_000)

test('an index that is not signed by the distribution’s keyring is refused in apt’s words', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'release-gate-keys-'))
  try {
    const host = createHost({ group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: () => undefined })
    const printed = await host.run({ program: 'apt-get', args: URIS_ARGS, seconds: 60 })
    const [suite] = SUITES.filter(({ name }) => name === 'trixie-backports')
    if (suite === undefined) throw new Error('the table has lost trixie-backports')
    writeFileSync(join(dir, 'empty.gpg'), '')
    const strange: typeof host = { ...host, run: async (command) => {
      const config = command.args.find((arg) => arg.endsWith('/fetch/apt.conf'))
      if (config !== undefined) {
        const list = join(config, '..', 'kernel.sources')
        writeFileSync(list, readFileSync(list, 'utf8').replace(/^Signed-By: .*$/gm, `Signed-By: ${join(dir, 'empty.gpg')}`))
      }
      return host.run(command)
    } }
    const read = withAptLists(strange, mirrorsOf(parseUris(printed.stdout), 'bookworm'), 'amd64', (lists) => lists.read([suite]))
    await expect(read).rejects.toThrow(/trixie-backports: apt does not trust the archive's signature/)
  } finally {
    rmSync(dir, { recursive: true })
  }
}, 300_000)

test('kernels, reports and verdict hold together', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'release-gate-'))
  try {
    const { json, entries } = await kernels('trixie-backports/latest-2', 'bookworm-backports?')
    expect(entries).toHaveLength(3)
    for (const { kernel, version, required } of entries) if (required) await leave(join(dir, 'reports', kernel), { kernel, version })
    let out = ''
    const status = await runVerdict(['reports', '--matrix', json], { ...surroundings(), cwd: dir, variables: {} }, { write: (text) => (out += text) }, { write: (text) => (out += text) })
    expect([status, out]).toEqual([0, expect.stringContaining('Releasable: 2 of 2')])
    expect(JSON.parse(readFileSync(join(dir, 'kmod-gate-release/release-manifest.json'), 'utf8'))).toMatchObject({ releasable: true, kernels: [{ verdict: 'pass' }, { verdict: 'pass' }, { verdict: 'missing', required: false }] })
  } finally {
    rmSync(dir, { recursive: true })
  }
}, 300_000)
