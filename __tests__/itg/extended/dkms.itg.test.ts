import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildWithDkms } from '../../../src/dkms/build.js'
import { buildDirOf, type DkmsConf } from '../../../src/dkms/conf.js'
import { comparable, exclusion } from '../../../src/dkms/exclusion.js'
import { builtPath } from '../../../src/dkms/missing.js'
import { readDkmsConf } from '../../../src/dkms/read.js'
import { DKMS_3_0, DKMS_3_2, rulesOf, type DkmsRules } from '../../../src/dkms/rules.js'
import type { Host } from '../../../src/host/host.js'
import { verdictOf } from '../../../src/model/finding.js'
import { dkmsUnderstands, gateUnderstands, type Understanding } from '../../dkms/oracle.js'
import { CASES, FIXTURES, recorded } from '../../dkms/reading.js'
import { inRoot, mustInRoot } from '../../support/in-root.js'
import { freshRoot, removeRoot, type Suite } from '../../support/roots.js'

const ORACLE = join(dirname(fileURLToPath(import.meta.url)), '../../dkms/oracle.sh')

/** Those of Debian's packages whose dkms.conf computes, asks the configuration, counts, patches or configures; each suite has most of them. */
const PACKAGES = ['acpi-call', 'bbswitch', 'ddcci', 'digimend', 'dm-writeboost', 'evdi', 'iptables-netflow', 'jool', 'langford', 'lime-forensics', 'lttng-modules', 'openafs-modules', 'rapiddisk', 'tp-smapi', 'v4l2loopback', 'xtables-addons']

/** Small enough to be built twice: one whose Makefile looks into /lib/modules, and one that has several modules. */
const BUILT = ['acpi-call', 'tp-smapi', 'bbswitch']

interface Ground {
  readonly suite: Suite
  readonly rules: DkmsRules
  readonly root: string
  /** The same path inside the root and outside. */
  readonly shared: string
  /** Kernel whose headers are installed. */
  readonly release: string
  readonly tree: string
  /** Directory inside the root with the package's sources, by package. */
  readonly sources: ReadonlyMap<string, string>
}

const silent = () => undefined

/** Everything that the gate starts runs in the root, with the outer directory for temporary files at its own place. */
function hostIn(ground: Ground): Host {
  return {
    log: { group: silent, endGroup: silent, info: silent, detail: silent, progress: silent },
    run: async (command) => {
      const env = Object.fromEntries(Object.entries(command.env ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined))
      const ended = await inRoot(ground.root, [command.program, ...command.args], { timeout: command.seconds, env, binds: [[tmpdir(), tmpdir()]], ...(command.cwd !== undefined && { cwd: command.cwd }) })
      if (command.logFile !== undefined) writeFileSync(command.logFile, ended.output, { flag: 'a' })
      return { status: ended.status, stdout: ended.stdout, stderr: ended.stderr, timedOut: ended.status === -1, seconds: ended.seconds }
    },
    start: () => {
      throw new Error('nothing is started here')
    },
    which: (program) => Promise.resolve(`/usr/bin/${program}`),
  }
}

/** Taken away at the end, however far the preparation came. */
const made: string[] = []
afterAll(() => {
  made.forEach(removeRoot)
})

async function prepare(suite: Suite): Promise<Ground> {
  const root = await freshRoot(suite)
  made.push(root)
  const shared = mkdtempSync(join(tmpdir(), 'kmod-gate-dkms-itg-'))
  made.push(shared)
  const must = (script: string, timeout: number) => mustInRoot(root, ['sh', '-ec', script], { timeout })
  await must('apt-get update -qq && apt-get install -qq --yes --no-install-recommends dkms gcc pahole libelf-dev bc > /dev/null 2>&1', 900)
  // Installed, the headers of Debian 13 would bring the image.
  await must(`mkdir -p /var/tmp/h && cd /var/tmp/h
    release=$(apt-cache depends linux-headers-amd64 | sed -n 's/.*Depends: linux-headers-//p' | head -n 1)
    apt-get download -qq linux-headers-$release $(apt-cache depends linux-headers-$release | sed -nE 's/.*Depends: (linux-(headers|kbuild)-[^ ]*)$/\\1/p') > /dev/null 2>&1
    for package in *.deb; do dpkg-deb -x $package /var/tmp/h/x; done
    cp -a x/usr/. /usr; if [ -d x/lib ]; then cp -a x/lib/. /lib/; fi; rm -rf x`, 600)
  const version = (await must("dpkg-query -W -f '${Version}' dkms", 30)).stdout
  const release = (await must("ls -d /usr/src/linux-headers-*-amd64 | sed -n '1s,.*/linux-headers-,,p'", 30)).stdout.trim()
  // Unpacked and not installed: their scripts would build them.
  await must(`mkdir -p /var/tmp/p && cd /var/tmp/p && apt-cache pkgnames > names
    for name in ${PACKAGES.join(' ')}; do
      if ! grep -qx "$name-dkms" names; then continue; fi
      apt-get download -qq "$name-dkms" > /dev/null 2>&1
      dpkg-deb -x "$name-dkms"_*.deb x
      echo "$name /$(cd x && ls -d usr/src/*)" >> list
      cp -a x/usr/src/. /usr/src/
      rm -rf x
    done`, 300)
  const sources = new Map(readFileSync(join(root, 'var/tmp/p/list'), 'utf8').trim().split('\n').map((line) => line.split(' ') as [string, string]))
  return { suite, rules: rulesOf(version), root, shared, release, tree: `/usr/src/linux-headers-${release}`, sources }
}

/** Runs dkms's own functions over a dkms.conf. */
async function ask({ root, shared }: Ground, file: string, release: string, tree: string): Promise<Understanding> {
  const script = join(shared, 'oracle.sh')
  cpSync(ORACLE, script)
  const ended = await mustInRoot(root, ['bash', script, '/usr/sbin/dkms', file, release, 'x86_64', tree, '/var/lib/dkms'], { timeout: 60, env: { LC_ALL: 'C' }, binds: [[shared, shared]] })
  return dkmsUnderstands(ended.stdout)
}

/** Our reading, with the conf at the same path. */
async function read(ground: Ground, dir: string, release: string, tree: string, dkmsTree = '/var/lib/dkms'): Promise<DkmsConf | undefined> {
  const { conf } = await readDkmsConf(hostIn(ground), dir, { rules: ground.rules, release, arch: 'x86_64', sourceDir: tree, dkmsTree })
  return conf
}

/** A directory inside the root, copied to where both sides see it under one name. */
function share({ root, shared }: Ground, dir: string): string {
  const copy = join(shared, dir)
  if (!existsSync(copy)) cpSync(join(root, dir), copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

describe.each<Suite>(['bookworm', 'trixie'])('%s', (suite) => {
  let ground: Ground
  beforeAll(async () => {
    ground = await prepare(suite)
  }, 1_200_000)

  test('the rules are those of its dkms', () => {
    expect(ground.rules).toBe(suite === 'bookworm' ? DKMS_3_0 : DKMS_3_2)
    expect([...ground.sources.keys()].length).toBeGreaterThanOrEqual(6)
  })

  test('real packages mean to us what they mean to dkms, for this kernel and for others', async () => {
    const excluded: string[] = []
    for (const [name, dir] of ground.sources) {
      const copy = share(ground, dir)
      for (const release of [ground.release, '5.10.0-46-amd64', '7.2.13+deb14-amd64']) {
        const [theirs, conf] = [await ask(ground, join(copy, 'dkms.conf'), release, ground.tree), await read(ground, copy, release, ground.tree)]
        expect({ name, release, ...gateUnderstands(conf) }).toEqual({ name, release, ...theirs })
        expect({ name, release, valid: theirs.valid }).toEqual({ name, release, valid: true })
        if (conf !== undefined && exclusion(conf) !== undefined) excluded.push(`${name} ${release}`)
      }
    }
    expect(excluded.length).toBeGreaterThan(0)
  }, 600_000)

  test('the recorded cases are what dkms says today', async () => {
    cpSync(FIXTURES, join(ground.shared, 'fixtures'), { recursive: true })
    let compared = 0
    for (const name of CASES) {
      for (const { release, tree, understands } of recorded(name).filter(({ dkms }) => dkms === ground.rules.release)) {
        const path = join(ground.shared, 'fixtures/trees', tree)
        const theirs = await ask(ground, join(ground.shared, 'fixtures', name, 'dkms.conf'), release, path)
        expect({ name, release, tree, ...(JSON.parse(JSON.stringify(theirs).replaceAll(path, '<tree>')) as Understanding) }).toEqual({ name, release, tree, ...understands })
        compared++
      }
    }
    expect(compared).toBeGreaterThan(CASES.length)
  }, 600_000)

  test('versions are made comparable as dkms does', async () => {
    const versions = ['2.6.9-1cvs200409091247', '6.1.0-56-amd64', '6.12.117+deb13-amd64', '5.10.0-46-rt-amd64', '7.3~rc7', '6.12-rc1', '1', '10', '100', '1000.1', 'a1b22c333d4444', '']
    const script = `eval "$(sed -n '/^VER()/,/^}/p' /usr/sbin/dkms)"; for v in "$@"; do VER "$v"; done`
    const { stdout } = await mustInRoot(ground.root, ['bash', '-c', script, 'x', ...versions], { timeout: 60 })
    expect(versions.map(comparable)).toEqual(stdout.trimEnd().split('\n').concat('').slice(0, versions.length))
  })

  test('dkms build leaves out what we say it leaves out', async () => {
    for (const [name, directive] of [['kernel', 'BUILD_EXCLUSIVE_KERNEL="^9"'], ['arch', 'BUILD_EXCLUSIVE_ARCH="^s390"'], ['config', 'BUILD_EXCLUSIVE_CONFIG="CONFIG_PCI CONFIG_NO_SUCH_THING"'], ['not', 'BUILD_EXCLUSIVE_CONFIG="!CONFIG_PCI"'], ['max', 'BUILD_EXCLUSIVE_KERNEL_MAX=5.2'], ['built', 'BUILD_EXCLUSIVE_CONFIG="CONFIG_PCI"']] as const) {
      const dir = join(ground.shared, `excl-${name}`)
      mkdirSync(dir)
      writeFileSync(join(dir, 'dkms.conf'), `PACKAGE_NAME=excl-${name}\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=excl\nDEST_MODULE_LOCATION=/updates\nMAKE="false"\nCLEAN=true\n${directive}\n`)
      writeFileSync(join(dir, 'Makefile'), 'all:\n')
      cpSync(dir, join(ground.root, `usr/src/excl-${name}-1`), { recursive: true })
      const theirs = await inRoot(ground.root, ['dkms', 'build', '-m', `excl-${name}`, '-v', '1', '-k', ground.release], { timeout: 120 })
      const conf = await read(ground, dir, ground.release, ground.tree)
      if (conf === undefined) throw new Error('no conf')
      // 77: left out; 10: MAKE ran and failed.
      expect({ name, status: theirs.status }).toEqual({ name, status: exclusion(conf) === undefined ? 10 : 77 })
    }
  }, 300_000)

  test.each(BUILT)('%s builds as with dkms build', async (name) => {
    const source = ground.sources.get(name)
    if (source === undefined) throw new Error(`${suite} has no ${name}-dkms`)
    const dir = share(ground, source)
    const work = join(ground.shared, 'dkms')
    const conf = await read(ground, dir, ground.release, ground.tree, work)
    if (conf === undefined) throw new Error('no conf')
    const theirs = await inRoot(ground.root, ['dkms', 'build', '-m', conf.packageName, '-v', conf.packageVersion, '-k', ground.release], { timeout: 900 })
    const cc = /^CONFIG_CC_VERSION_TEXT="(\S+)/m.exec(readFileSync(join(ground.root, ground.tree, '.config'), 'utf8'))?.[1] ?? ''
    const before = readdirSync(dir, { recursive: true }).sort()
    const findings = await buildWithDkms(hostIn(ground), {
      conf, setting: { cc, jobs: 2, makeArgs: [] }, sourceDir: dir, exclude: [], environment: {}, logFile: join(ground.shared, 'make.log'), locate: () => undefined, shown: 'dkms.conf',
    })
    expect({ name, built: verdictOf(findings) === 'pass', findings: findings.filter(({ severity }) => severity === 'fail') }).toMatchObject({ name, built: theirs.status === 0 })
    expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before)
    // Two refusals would agree as well: these two build on the kernel of their own suite.
    const log = join(ground.root, 'var/lib/dkms', conf.packageName, conf.packageVersion, 'build/make.log')
    if (name !== 'bbswitch' && theirs.status !== 0) throw new Error(`dkms could not build ${name}: ${theirs.output}\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`)
    if (theirs.status !== 0) return
    const kept = join(ground.root, 'var/lib/dkms', conf.packageName, conf.packageVersion, ground.release, 'x86_64/module')
    expect(readdirSync(kept).filter((file) => file.includes('.ko')).map((file) => file.replace(/\.ko.*/, '')).sort()).toEqual(conf.builtModules.map(({ destName }) => destName).sort())
    for (const module of conf.builtModules) expect(existsSync(join(buildDirOf(conf), builtPath(module)))).toBe(true)
  }, 1_800_000)

  test('a patch is applied to the copy, and one that does not fit ends the build', async () => {
    const dir = join(ground.shared, 'patched')
    mkdirSync(join(dir, 'patches'), { recursive: true })
    writeFileSync(join(dir, 'dkms.conf'), 'PACKAGE_NAME=patched\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME=patched\nDEST_MODULE_LOCATION=/updates\nPATCH[0]=good.patch\nMAKE="cp text patched.ko"\nCLEAN=true\n')
    writeFileSync(join(dir, 'text'), 'one\ntwo\n')
    writeFileSync(join(dir, 'patches/good.patch'), '--- a/text\n+++ b/text\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n')
    const build = async () => {
      const conf = await read(ground, dir, ground.release, ground.tree, join(ground.shared, 'dkms'))
      if (conf === undefined) throw new Error('no conf')
      const findings = await buildWithDkms(hostIn(ground), { conf, setting: { cc: 'cc', jobs: 1, makeArgs: [] }, sourceDir: dir, exclude: [], environment: {}, logFile: join(ground.shared, 'make.log'), locate: () => undefined, shown: 'dkms.conf' })
      return { findings: findings.map(({ id }) => id), text: readFileSync(join(buildDirOf(conf), 'text'), 'utf8') }
    }
    expect(await build()).toEqual({ findings: [], text: 'one\nthree\n' })
    expect(readFileSync(join(dir, 'text'), 'utf8')).toBe('one\ntwo\n')
    // Applied already: dkms stops there too.
    writeFileSync(join(dir, 'text'), 'one\nthree\n')
    expect(await build()).toEqual({ findings: ['build.dkms-patch'], text: 'one\nthree\n' })
  }, 120_000)
})
