import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals'
import { resolveStage } from '../../src/gate/resolve-stage.js'
import { createHost } from '../../src/host/create-host.js'
import { fetchKit } from '../../src/kernel/kit.js'
import { GateError, UsageError } from '../../src/model/errors.js'
import { parseKernel } from '../../src/request/kernel-spec.js'
import { archiveServers, type Answer } from '../snapshot/archive-server.js'
import { buildPackage, endKey, fileAnswer, machineAnswer, makeKey, publish, type Key, type Seen } from '../snapshot/loopback-archive.js'
import { defaultRelease } from '../support/apt-oracle.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { kernelDebs } from '../support/kernel-debs.js'
import { quietLog } from '../support/quiet-log.js'
import { guestSteps, weighty } from '../support/report-file.js'

// apt itself, gpg and a server on loopback that speaks the snapshot archive's interface. apt gets a configuration of its own by APT_CONFIG,
// so that the machine's lists and sources have no part in it.
const start = archiveServers()
const OLD = '6.1.0-18-amd64'
const OLD_VERSION = '6.1.76-1'
const MOMENT = '20240212T030405Z'
let base = ''
let key: Key
let other: Key
let cacheDir = ''
let old: readonly string[] = []
let now: readonly string[] = []

/** Packages of one kernel, cut down to what a kit is made of. */
function kernel(release: string, version: string): string[] {
  const dir = join(base, 'build')
  mkdirSync(dir, { recursive: true })
  return [
    buildPackage(dir, { Package: `linux-image-${release}`, Version: version }, { [`boot/vmlinuz-${release}`]: 'z', [`boot/config-${release}`]: '', [`lib/modules/${release}/kernel/a.ko`]: '' }),
    buildPackage(dir, { Package: `linux-headers-${release}`, Version: version, Depends: 'linux-compiler-gcc-12-x86' }, { [`usr/src/linux-headers-${release}/.config`]: '', [`usr/src/linux-headers-${release}/Module.symvers`]: '' }),
    buildPackage(dir, { Package: 'linux-source-6.1', Version: version, Architecture: 'all' }, { 'usr/src/linux-source-6.1.tar.xz': version }),
  ]
}

beforeAll(() => {
  base = mkdtempSync('/tmp/kgs-')
  key = makeKey(join(base, 'k'))
  other = makeKey(join(base, 'o'))
  old = kernel(OLD, OLD_VERSION)
  now = kernel('6.1.0-56-amd64', '6.1.192-2')
})
afterAll(() => {
  for (const one of [key, other]) endKey(one)
  rmSync(base, { recursive: true, force: true })
})

beforeEach(() => {
  cacheDir = mkdtempSync(join(base, 'cache-'))
})
afterEach(() => {
  delete process.env['APT_CONFIG']
})

interface Setting {
  readonly signer?: Key
  readonly seen?: (debs: readonly string[]) => readonly Seen[]
  /** Answers before the archive does. */
  readonly before?: (path: string, times: number) => Answer | undefined
  /** Whether apt's own configuration states the archive's address. */
  readonly stated?: boolean
}

/** A machine of Debian 12 that has one current kernel, and the snapshot archive with an older one. */
async function machine({ signer = key, seen = (debs) => [{ archive: 'debian', moment: MOMENT, debs }], before = () => undefined, stated = true }: Setting = {}) {
  const current = mkdtempSync(join(base, 'current-'))
  const past = mkdtempSync(join(base, 'past-'))
  publish({ root: current, suite: 'bookworm', origin: 'Debian', debs: now, key })
  // Valid-Until of what is years old is past.
  for (const suite of ['bookworm', 'bookworm-proposed-updates']) publish({ root: past, suite, origin: 'Debian', debs: suite === 'bookworm' ? old : [], key: signer, validFor: -900 })
  const server = await start((path, times) => {
    const early = before(path, times)
    if (early !== undefined) return early
    if (path.startsWith('/mr/')) return machineAnswer(seen(old), path)
    const at = `/archive/debian/${MOMENT}/`
    return path.startsWith(at) ? fileAnswer(past, path.slice(at.length)) : fileAnswer(current, path.replace(/^\/current\//, ''))
  })
  const etc = mkdtempSync(join(base, 'etc-'))
  for (const dir of ['lists/partial', 'cache/archives/partial', 'state']) mkdirSync(join(etc, dir), { recursive: true })
  writeFileSync(join(etc, 'status'), '')
  writeFileSync(join(etc, 'sources.list'), `deb [arch=amd64 signed-by=${key.keyring}] ${server.base}/current/ bookworm main\n`)
  const settings = { 'Dir::Etc::sourcelist': join(etc, 'sources.list'), 'Dir::Etc::sourceparts': '/dev/null', 'Dir::State': join(etc, 'state'), 'Dir::State::lists': join(etc, 'lists'), 'Dir::State::status': join(etc, 'status'), 'Dir::Cache': join(etc, 'cache'), 'APT::Sandbox::User': 'root' }
  const config = join(etc, 'apt.conf')
  writeFileSync(config, Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`).join(''))
  // apt 3 states one by itself.
  appendFileSync(config, stated ? `Acquire::Snapshots::URI::Origin::Debian "${server.base}/archive/debian/@SNAPSHOTID@/";\n` : '#clear Acquire::Snapshots;\n')
  process.env['APT_CONFIG'] = config
  const host = createHost(quietLog())
  const update = await host.run({ program: 'apt-get', args: ['update', '-q'], seconds: 60 })
  if (update.status !== 0) throw new Error(update.stderr)
  return { host, server, etc, past }
}

const find = (host: ReturnType<typeof createHost>, spec: string, snapshotUrl?: string) =>
  resolveStage(host, { install: true, cacheDir, ...(snapshotUrl !== undefined && { snapshotUrl }) }, parseKernel(spec, 'kernel'))

async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (error instanceof GateError) return `${error.finding.id}: ${error.finding.title}`
  return error instanceof UsageError ? error.message : `no failure: ${String(error)}`
}

test('a superseded release: found, its packages verified and unpacked, few questions, and none again', async () => {
  const { host, server } = await machine()
  const { value, summary } = await find(host, OLD)
  expect(value).toMatchObject({ release: OLD, packageVersion: OLD_VERSION, archive: `snapshot-debian-${MOMENT}-bookworm-bookworm-proposed-updates` })
  expect(summary).toContain('snapshot-debian')
  const questions = () => server.asked.filter((path) => path.startsWith('/mr/'))
  expect(questions()).toHaveLength(4)
  const kit = await fetchKit(host, value, { cacheDir, workDir: cacheDir, install: true })
  expect(readFileSync(kit.sourceTar, 'utf8')).toBe(OLD_VERSION)
  const before = server.asked.length
  expect((await find(host, OLD)).value).toEqual(value)
  await fetchKit(host, value, { cacheDir, workDir: cacheDir, install: true })
  expect(server.asked.slice(before).filter((path) => !path.startsWith('/current/'))).toEqual([])
}, 120_000)

test('by package version, and what is current comes from where it always came from', async () => {
  const { host, server } = await machine()
  expect((await find(host, `=${OLD_VERSION}`)).value.release).toBe(OLD)
  const before = server.asked.length
  expect((await find(host, '6.1.0-56-amd64')).value.archive).toBeUndefined()
  expect((await find(host, '=6.1.192-2')).value.archive).toBeUndefined()
  // Lists that are old are fetched again.
  expect(server.asked.slice(before).filter((path) => !path.startsWith('/current/'))).toEqual([])
}, 120_000)

test('the address may come from the user instead; without any that is said', async () => {
  const { host, server } = await machine({ stated: false })
  expect(await failure(find(host, OLD))).toMatch(new RegExp(`^kernel: "${OLD}".*6\\.1\\.0-56-amd64.*snapshot-url can give it`))
  expect((await find(host, OLD, server.base)).value.release).toBe(OLD)
  expect(await failure(find(host, OLD, 'ftp://x'))).toMatch(/^snapshot-url: "ftp:\/\/x"/)
}, 120_000)

test('a busy archive is waited for, and asked no more than needed', async () => {
  const { host, server } = await machine({ before: (path, times) => (path.startsWith('/mr/') && times === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined) })
  expect((await find(host, OLD, server.base)).value.release).toBe(OLD)
  expect(server.asked.filter((path) => path.startsWith('/mr/'))).toHaveLength(8)
}, 120_000)

test('a release that never was: both archives say so, and what would work is listed', async () => {
  const { host } = await machine()
  expect(await failure(find(host, '6.1.0-99-amd64'))).toMatch(/^kernel: "6\.1\.0-99-amd64".*These would work: 6\.1\.0-56-amd64.*never seen it/)
  expect(await failure(find(host, 'rt/=6.1.76-1'))).toMatch(/^kernel: "rt\/=6\.1\.76-1".*no kernel of that version and flavour rt-amd64/)
}, 120_000)

test('a package that is gone is named', async () => {
  const { host } = await machine({ seen: (debs) => [{ archive: 'debian', moment: MOMENT, debs: debs.filter((deb) => !deb.includes('linux-source')) }] })
  expect(await failure(find(host, OLD))).toBe(`kernel.snapshot-gone: The snapshot archive has ${OLD} ${OLD_VERSION} not as a whole: linux-source-6.1 ${OLD_VERSION} is gone`)
}, 120_000)

test('indices that somebody else signed are refused', async () => {
  const { host } = await machine({ signer: other })
  expect(await failure(find(host, OLD))).toMatch(/^host\.apt-untrusted: /)
  expect(existsSync(join(cacheDir, 'debs'))).toBe(false)
}, 120_000)

test('a file that is not what the signed index says is refused', async () => {
  const { host, past } = await machine()
  const { value } = await find(host, OLD)
  const file = join(past, 'pool', `linux-source-6.1_${OLD_VERSION}_all.deb`)
  const altered = Buffer.from(readFileSync(file))
  altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1)
  rmSync(file)
  writeFileSync(file, altered)
  expect(await failure(fetchKit(host, value, { cacheDir, workDir: cacheDir, install: true }))).toMatch(/^host\.apt-hash-mismatch: /)
}, 120_000)

test('an archive that does not answer: said beside what would work, and an error when it was the user who named it', async () => {
  const { host, server } = await machine({ before: (path) => (path.startsWith('/mr/') ? { status: 503, headers: { 'retry-after': '4000' } } : undefined) })
  expect(await failure(find(host, OLD))).toMatch(/^kernel: .*6\.1\.0-56-amd64.*could not be asked: status 503/)
  expect(await failure(find(host, OLD, server.base))).toMatch(/^kernel\.snapshot-unreachable: .*4000 s/)
}, 120_000)

test('the machine’s own sources and lists are left as they are', async () => {
  const { host, etc } = await machine()
  const files = async (): Promise<string> => (await host.run({ program: 'find', args: [join(etc, 'lists'), join(etc, 'sources.list'), '-type', 'f', '-printf', '%p %s %T@\n'], seconds: 30 })).stdout
  const before = await files()
  await find(host, OLD)
  expect(before).toContain('bookworm_InRelease')
  expect(await files()).toBe(before)
}, 120_000)

test('the whole gate on a real kernel that only the snapshot archive has', async () => {
  const { root, first } = await preparedRoot('bookworm')
  const release = await defaultRelease(root, 'amd64')
  const debs = Object.values(await kernelDebs(root, { release, version: first.outputs['package-version'] ?? '', series: '6.1' }))
  expect(debs).toHaveLength(3)
  const [current, past] = [mkdtempSync(join(base, 'current-')), mkdtempSync(join(base, 'past-'))]
  publish({ root: current, suite: 'bookworm', origin: 'Debian', debs: old, key })
  publish({ root: past, suite: 'bookworm-security', origin: 'Debian', debs, key, validFor: -900 })
  const seen = [{ archive: 'debian-security', moment: MOMENT, debs }]
  const server = await start((path) => {
    if (path.startsWith('/mr/')) return machineAnswer(seen, path)
    const at = `/archive/debian-security/${MOMENT}/`
    return path.startsWith(at) ? fileAnswer(past, path.slice(at.length)) : fileAnswer(current, path.replace(/^\/current\//, ''))
  })
  const etc = mkdtempSync(join(base, 'root-'))
  mkdirSync(join(etc, 'lists/partial'), { recursive: true })
  writeFileSync(join(etc, 'sources.list'), `deb [signed-by=/usr/share/keyrings/test.gpg] ${server.base}/current/ bookworm main\n`)
  writeFileSync(join(etc, 'apt.conf'), `Acquire::Snapshots::URI::Origin::Debian "${server.base}/archive/debian/@SNAPSHOTID@/";\n`)
  checkout(root, HELLO, 'hello')
  const step = await gateStep(root, { module: 'hello', kernel: release, 'cache-dir': '/tmp/snapshot-cache' }, {
    timeout: 600,
    binds: [
      [join(etc, 'sources.list'), '/etc/apt/sources.list'],
      [join(etc, 'apt.conf'), '/etc/apt/apt.conf.d/99snapshots'],
      [key.keyring, '/usr/share/keyrings/test.gpg'],
      [join(etc, 'lists'), '/var/lib/apt/lists'],
    ],
  })
  expect([step.outputs['verdict'], step.outputs['kernel-release'], weighty(step.report)]).toEqual(['pass', release, []])
  expect(step.report?.target?.archive).toBe(`snapshot-debian-security-${MOMENT}-bookworm-security`)
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(['load hello ok', 'unload hello ok']))
}, 1_000_000)
