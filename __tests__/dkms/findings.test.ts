import { describe, expect, test } from '@jest/globals'
import { comparable, excludedFinding, exclusion } from '../../src/dkms/exclusion.js'
import { overrides } from '../../src/dkms/overrides.js'
import { DKMS_3_0 } from '../../src/dkms/rules.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { BASE, confOf, readFixture, readText, TREE } from './reading.js'

const scratch = scratchDirectories()
const titles = async (name: string, options = {}) => (await readFixture(name, options)).findings.map(({ title, place }) => `${place?.line ?? '-'} ${title}`)
const reason = async (name: string, options = {}) => {
  const { conf } = await readFixture(name, options)
  if (conf === undefined) throw new Error('no conf')
  return exclusion(conf)
}

test('a kernel that is left out is a skip that names the directive, its value, the kernel’s, and the line', async () => {
  const text = `${BASE}MAKE="make"\nBUILD_EXCLUSIVE_KERNEL="^9\\."\nBUILD_EXCLUSIVE_CONFIG="CONFIG_NO_SUCH_THING"\n`
  const found = excludedFinding(await confOf(scratch(), text), 'driver/dkms.conf', text)
  expect(found).toMatchObject({ id: 'build.dkms-excluded', severity: 'skip', stage: 'build', place: { file: 'driver/dkms.conf', line: 6 } })
  expect(found.title).toMatch(/^thing 1\.0 is not for 6\.1\.0-56-amd64: BUILD_EXCLUSIVE_KERNEL "\^9\S+ does not match 6\.1\.0-56-amd64/)
  expect(found.title).not.toContain(TREE)
  const good = await confOf(scratch(), BASE)
  expect(() => excludedFinding(good, 'dkms.conf', BASE)).toThrow(/leaves nothing out/)
})

describe('faults name directive, value and line', () => {
  test.each([
    ['no-name', ['- dkms.conf: PACKAGE_NAME is missing']],
    ['no-destination', ['- dkms.conf: DEST_MODULE_LOCATION[0] is missing']],
    ['nameless-second', ['- dkms.conf: BUILT_MODULE_NAME[0] is missing']],
    ['wrong-destination', ['4 dkms.conf: DEST_MODULE_LOCATION[0] is "/opt/modules"', '5 dkms.conf: BUILT_MODULE_NAME[1] is "stray2.ko"', '7 dkms.conf: DEST_MODULE_NAME[1] is "stray3.o"']],
    ['twice', ['5 dkms.conf: BUILT_MODULE_NAME[1] names "twin", as number 0 does', '- dkms.conf: DEST_MODULE_NAME[1] names "twin", as number 0 does']],
    ['autoinstall-maybe', ['5 dkms.conf: AUTOINSTALL is "maybe"']],
  ])('%s', async (name, expected) => {
    expect(await titles(name)).toEqual(expected)
  })

  test('and say what dkms wants; all are faults of the package', async () => {
    const { findings } = await readFixture('wrong-destination')
    expect(findings.map(({ id, severity, stage }) => [id, severity, stage])).toEqual(findings.map(() => ['build.dkms-conf', 'fail', 'build']))
    expect(findings[0]?.remedy).toBe('dkms wants it to begin with /kernel, /updates or /extra.')
  })

  test('a placeholder of the package’s build is named as one', async () => {
    const { findings } = await readText(scratch(), `${BASE}PACKAGE_VERSION="#MODULE_VERSION#"`)
    expect(findings).toMatchObject([{ title: 'dkms.conf: PACKAGE_VERSION is "#MODULE_VERSION#"', place: { line: 2 } }])
    expect(findings[0]?.remedy).toMatch(/placeholder/)
  })

  test.each(['..', 'a/b', '$(x)', 'a b', '-'])('a version %s', async (version) => {
    const { conf } = await readText(scratch(), `${BASE}PACKAGE_VERSION='${version.replace('$', '\\$')}'`)
    expect(conf === undefined).toBe(version !== '-')
  })

  test('the conf’s own words come with a fault', async () => {
    const { findings } = await readText(scratch(), 'echo "cannot find the sources" >&2\nexit 1\n')
    expect(findings[0]?.detail).toBe('cannot find the sources')
  })
})

test('what dkms reads otherwise than written is told', async () => {
  const { findings } = await readFixture('quoting')
  expect(findings.map(({ id, severity, place, detail }) => [id, severity, place?.line, detail?.split('\n').length])).toEqual([
    ['build.dkms-altered', 'warning', 5, 2],
    ['build.dkms-altered', 'warning', 7, 2],
    ['build.dkms-altered', 'warning', 8, 2],
  ])
  const lost = await readText(scratch(), `${BASE}MAKE="make CFLAGS=\\"-O2 -g\\""`)
  expect(lost.conf?.make).toMatch(/^make -C /)
  expect(lost.findings).toMatchObject([{ id: 'build.dkms-altered', detail: 'written: make CFLAGS="-O2 -g"\nread:    (nothing)', place: { line: 5 } }])
})

test('values that only wait for $ are as meant', async () => {
  expect((await readFixture('late-values')).findings).toEqual([])
})

test('a syntax error and other packages are warnings', async () => {
  expect((await readFixture('syntax-error')).findings).toMatchObject([{ id: 'build.dkms-syntax', severity: 'warning' }])
  expect(await titles('depends')).toEqual(['5 dkms.conf: dkms builds lower, helper first; the gate builds this package alone'])
})

describe('why dkms does not build', () => {
  const NEW = { release: '6.12.117+deb13-amd64' }
  test.each([
    ['exclusive-kernel', NEW, 'BUILD_EXCLUSIVE_KERNEL "^(5\\\\.1[0-9]|6\\\\.1)\\\\." does not match 6.12.117+deb13-amd64.'],
    ['exclusive-arch', {}, 'BUILD_EXCLUSIVE_ARCH "^(aarch64|i.86)$" does not match x86_64.'],
    ['exclusive-range', NEW, 'BUILD_EXCLUSIVE_KERNEL_MAX is 6.9, and 6.12.117+deb13-amd64 is newer.'],
    ['exclusive-min-rc', {}, 'BUILD_EXCLUSIVE_KERNEL_MIN is 6.1.0-57, and 6.1.0-56-amd64 is older.'],
    ['obsolete-by', {}, 'OBSOLETE_BY is 6.1.0-40, and 6.1.0-56-amd64 is newer.'],
    ['exclusive-invalid', {}, 'BUILD_EXCLUSIVE_KERNEL "^6.(1" is no regular expression, so that it cannot match 6.1.0-56-amd64.'],
    ['exclusive-said', {}, 'BUILD_EXCLUSIVE_ARCH "^none$" does not match x86_64. dkms.conf says: sound is off in this kernel, nothing to do'],
    ['exclude-flag', {}, 'dkms.conf sets build_exclude.'],
  ])('%s', async (name, options, expected) => {
    expect(await reason(name, options)).toBe(`picky ${/\d+/.exec((await readFixture(name)).conf?.packageVersion ?? '')?.[0] ?? ''} is not for this kernel: ${expected}`)
  })

  test('options are named with the file that was asked', async () => {
    expect(await reason('exclusive-config')).toMatch(/^picky 3 is not for this kernel: BUILD_EXCLUSIVE_CONFIG wants CONFIG_64BIT off, and it is on in .*\/include\/config\/auto\.conf\.$/)
    expect(await reason('exclusive-config-file', { rules: DKMS_3_0 })).toMatch(/CONFIG_NEW_NAME on, and it is off in .*\/\.config\.$/)
  })

  test.each([['exclusive-kernel', {}], ['exclusive-arch', { arch: 'aarch64' }], ['exclusive-config-met', {}], ['exclusive-range', { ...NEW, rules: DKMS_3_0 }], ['one-module', {}]])('%s is built', async (name, options) => {
    expect(await reason(name, options)).toBeUndefined()
  })
})

test('versions are compared number by number', () => {
  expect(comparable('2.6.9-1cvs200409091247')).toBe('002.006.009-001cvs200409091247')
  const ordered = ['2.6.39', '3.9', '5.10.0-46-amd64', '6.1.0-9-amd64', '6.1.0-56-amd64', '6.9', '6.12', '6.12-rc1', '6.12.117+deb13-amd64', '7.3-amd64']
  expect([...ordered].sort((a, b) => (comparable(a) < comparable(b) ? -1 : 1))).toEqual(ordered)
})

describe('commands that contradict the gate', () => {
  const told = async (lines: string) => overrides(await confOf(scratch(), BASE + lines, { dkmsTree: '/var/tmp/gate/dkms' }), 'gcc-12', 'dkms.conf').map(({ title }) => title.replace(/^dkms\.conf: /, ''))

  test.each([
    ['MAKE="make CC=clang"', ['MAKE sets CC=clang; this kernel was built with gcc-12']],
    ['MAKE="make CC=gcc-12 HOSTCC=cc ARCHIVE=x"', []],
    ['MAKE="make KERNELRELEASE=$kernelver"', []],
    ['MAKE="make KERNELRELEASE=6.1"', ['MAKE sets KERNELRELEASE=6.1; the module is checked for 6.1.0-56-amd64']],
    ["MAKE='make KVER=\\$(uname -r)'", ['MAKE asks the running kernel for its release (uname -r), which need not be 6.1.0-56-amd64; dkms gives $kernelver']],
    ['MAKE="cd /var/lib/dkms/thing/1.0/build && make ARCH=x86_64"', ['MAKE sets ARCH=x86_64, which the gate leaves as the kernel has it', 'MAKE names /var/lib/dkms; the gate builds elsewhere, and gives $dkms_tree']],
    ['PRE_BUILD="prepare /usr/src/thing-1.0"', ['PRE_BUILD names /usr/src; the sources need not be there, and $dkms_tree has a copy']],
    ['MAKE="make -C $kernel_source_dir M=$dkms_tree/thing/1.0/build"', []],
  ])('%s', async (lines, expected) => {
    expect(await told(lines)).toEqual(expected)
  })
})
