import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { defaultRelease } from '../support/apt-oracle.js'
import { EXTENDED } from '../support/extended.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { mustInRoot } from '../support/in-root.js'
import { guestSteps, stageOf, weighty, wordsOf } from '../support/report-file.js'
import type { Suite } from '../support/roots.js'
import { WORKSPACE } from '../support/runner-shim.js'

const OUT = join(WORKSPACE, 'kmod-gate-out')
const LOADED = ['load hello ok', 'unload hello ok']

async function hello(suite: Suite, kernel: string, inputs: Readonly<Record<string, string>> = {}) {
  const { root } = await preparedRoot(suite)
  checkout(root, HELLO, 'hello')
  return { root, step: await gateStep(root, { module: 'hello', kernel, ...inputs }, { timeout: 900 }) }
}

/** Where apt keeps what belongs to the container, with times. */
const aptState = async (root: string): Promise<string> =>
  (await mustInRoot(root, ['find', '/etc/apt', '/var/lib/apt/lists', '-type', 'f', '-printf', '%p %s %T@\n'], { timeout: 60 })).stdout

test('backports of Debian 12, from lists of the gate’s own: the container’s stay as they are', async () => {
  const { root } = await preparedRoot('bookworm')
  const before = await aptState(root)
  const { step } = await hello('bookworm', 'bookworm-backports')
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(step.report?.target).toMatchObject({ series: '6.12', archive: 'bookworm-backports' })
  expect(step.outputs['kernel-release']).toMatch(/^6\.12\.\d+\+deb12-amd64$/)
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(LOADED))
  expect(await aptState(root)).toBe(before)
}, 1_000_000)

test('7.x of Debian 13’s backports: split packages, Rust in its config, zero delta, and no Rust core is compiled for a module in C', async () => {
  const { root, step } = await hello('trixie', 'trixie-backports/7')
  expect([step.outputs['verdict'], weighty(step.report)]).toEqual(['pass', []])
  expect(step.report?.target?.image.map(({ name }) => name.replace(/-7.*/, ''))).toEqual(['linux-binary', 'linux-modules', 'linux-base'])
  expect(step.report?.config?.deltas).toEqual([])
  expect(readFileSync(join(root, OUT, 'config.oldconfig'), 'utf8')).toContain('\nCONFIG_RUST=y\n')
  for (const log of readdirSync(join(root, OUT)).filter((name) => name.endsWith('.log'))) expect(readFileSync(join(root, OUT, log), 'utf8')).not.toMatch(/^ *(?:RUSTC|BINDGEN) /m)
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(LOADED))
}, 1_000_000)

test('the cloud flavour of Debian 13, after kernels with Rust have left rustc in the container', async () => {
  const { root, step } = await hello('trixie', 'cloud/default')
  expect([step.outputs['verdict'], step.outputs['kernel-release'], weighty(step.report)]).toEqual(['pass', await defaultRelease(root, 'cloud-amd64'), []])
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(LOADED))
}, 1_000_000)

// Other kernels of the same kinds are of the run that is asked for.
if (EXTENDED) {
  test('rt of 7.x is built from the plain source', async () => {
    const { step } = await hello('trixie', 'trixie-backports/rt/7')
    expect([step.outputs['verdict'], weighty(step.report), step.report?.target?.flavour]).toEqual(['pass', [], 'rt-amd64'])
    expect(guestSteps(step.report)).toEqual(expect.arrayContaining(LOADED))
  }, 1_000_000)
}

/** The newest rt release of a series whose source package the mirror still has: archives keep binaries longer than sources. */
async function rtWithSource(root: string, series: string): Promise<string> {
  const script = `
    set -e
    mkdir -p /tmp/sources/lists/partial && cd /tmp/sources
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > list
    apt="-o Dir::Etc::SourceList=$PWD/list -o Dir::State::Lists=$PWD/lists -o APT::Sandbox::User=root"
    apt-get $apt -q update > log 2>&1
    apt-cache search --names-only '^linux-headers-${series.replace('.', '\\.')}[.0-9]+.*-rt-amd64$' | cut -d' ' -f1 | sort -rV > names
    while read -r name; do
      version=$(apt-cache show --no-all-versions "$name" | sed -n 's/^Version: //p')
      if apt-get $apt -q source --diff-only "linux-source-${series}=$version" >> log 2>&1; then echo "\${name#linux-headers-}"; exit 0; fi
    done < names
    cat log >&2; exit 1`
  return (await mustInRoot(root, ['bash', '-c', script], { timeout: 300 })).stdout.trim()
}

test.each<[Suite, string]>([
  ['bookworm', '6.1'],
  ...(EXTENDED ? [['trixie', '6.12'] as [Suite, string]] : []),
])('%s: rt of %s, built with patches that its tar does not hold: they come from its source package, and nothing differs', async (suite, series) => {
  const { root } = await preparedRoot(suite)
  const kernel = await rtWithSource(root, series)
  const { step } = await hello(suite, kernel)
  expect([step.outputs['verdict'], step.outputs['kernel-release'], weighty(step.report), step.report?.config?.deltas]).toEqual(['pass', kernel, [], []])
  expect(stageOf(step.report, 'tree')?.summary).toContain('with the patches of featureset rt')
  expect(guestSteps(step.report)).toEqual(expect.arrayContaining(LOADED))
}, 1_400_000)

test.each<[Suite, string, string, string]>([
  ['trixie', 'sid', 'gcc-', 'a sid container'],
  ['bookworm', 'trixie', 'gcc-14', 'a trixie container'],
  ['bookworm', 'bullseye', 'gcc-10', 'a bullseye container'],
])('a %s container and a kernel of %s: refused before anything large is fetched, with the container that can build it', async (suite, spec, compiler, container) => {
  const { step } = await hello(suite, spec)
  const said = weighty(step.report)
  // sid's archive may be past its date; then apt refuses it, and that is what is to be said.
  if (spec === 'sid' && said[0]?.id === 'host.apt-expired') return expect(wordsOf(said[0])).toContain('Acquire::Check-Valid-Until')
  expect(said.map(({ id }) => id)).toEqual(['toolchain.other-suite'])
  expect(said[0]?.title).toContain(`is built with ${compiler}`)
  expect(said[0]?.title).toMatch(new RegExp(`, which ${suite} does not have: use ${container}$`))
  expect([step.outputs['verdict'], stageOf(step.report, 'tree')?.outcome]).toEqual(['error', 'skipped'])
}, 300_000)

test('by package version and by rank: the same kernels that apt has', async () => {
  const { root } = await preparedRoot('bookworm')
  const release = await defaultRelease(root, 'amd64')
  const shown = (await mustInRoot(root, ['apt-cache', 'show', `linux-headers-${release}`], { timeout: 60 })).stdout
  const version = /^Version: (\S+)$/m.exec(shown)?.[1] ?? ''
  for (const spec of [`=${version}`, '6.1/latest-1']) {
    const { step } = await hello('bookworm', spec, { boot: 'off' })
    expect([spec, step.outputs['verdict'], step.outputs['kernel-release']]).toEqual([spec, 'pass', release])
  }
}, 600_000)

test('what cannot be is refused as the user wrote it, with what would have matched', async () => {
  for (const spec of ['rt/latest-99', '=6.1.1-1', 'bookworm/6.2']) {
    const { step } = await hello('bookworm', spec)
    expect(step.status).not.toBe(0)
    expect(step.output).toContain(JSON.stringify(spec).replaceAll('%', '%25'))
    expect(step.output).toMatch(/These would work: =?6\.1/)
  }
}, 600_000)
