import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { cleanCommand, makeCommand, makeflag, preBuildCommand, preBuildFile, type ShellCommand } from '../../src/dkms/commands.js'
import { buildDirOf } from '../../src/dkms/conf.js'
import { DKMS_3_0, DKMS_3_2, type DkmsRules } from '../../src/dkms/rules.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { BASE, TREE, confOf } from './reading.js'

const scratch = scratchDirectories()
const SETTING = { cc: 'gcc-12', jobs: 3, makeArgs: [] }
const conf = (lines: string, rules: DkmsRules = DKMS_3_2, dkmsTree = '/w/dkms') => confOf(scratch(), BASE + lines, { rules, dkmsTree })

/** Runs it as it is, in an existing build directory. */
function run(command: ShellCommand, path = process.env['PATH'] ?? ''): { readonly status: number | null; readonly stdout: string } {
  mkdirSync(command.cwd, { recursive: true })
  return spawnSync(command.program, [...command.args], { cwd: command.cwd, env: { PATH: path, ...command.env }, encoding: 'utf8', timeout: 20_000 })
}

describe('a command that begins with make gets jobs and the release', () => {
  test.each([
    ['MAKE="make all"', 'make -j3 KERNELRELEASE=6.1.0-56-amd64 all'],
    ['', `make -j3 KERNELRELEASE=6.1.0-56-amd64 -C ${TREE} M=/w/dkms/thing/1.0/build`],
    [`MAKE="'make' all"`, `'make' all`],
    ['MAKE="cd src && make"', 'cd src && make'],
    // As dkms: only the first four letters are looked at.
    ['MAKE="makepp all"', 'make -j3 KERNELRELEASE=6.1.0-56-amd64pp all'],
  ])('%s', async (lines, shown) => {
    const command = makeCommand(await conf(lines), SETTING)
    expect(command).toMatchObject({ program: 'bash', cwd: '/w/dkms/thing/1.0/build', shown })
    expect(command.args.at(-1)).toBe(shown)
  })
})

test('it is evaluated with the variables of dkms, which are not exported', async () => {
  const dkmsTree = scratch()
  const lines = `MAKE='printf "%s " \\"\\$module\\" \\"\\$module_version\\" \\"\\$kernelver\\" \\"\\$arch\\" \\"\\$kernel_source_dir\\" \\"\\$dkms_tree\\" \\"\\$source_tree\\"; env | grep -c kernelver'`
  const { stdout } = run(makeCommand(await conf(lines.replaceAll('"%s "', '%s,'), DKMS_3_2, dkmsTree), SETTING))
  expect(stdout).toBe(`thing,1.0,6.1.0-56-amd64,x86_64,${TREE},${dkmsTree},/usr/src,0\n`)
})

test('statements, quotes and patterns of the shell work, and the status is the last one’s', async () => {
  const dkmsTree = scratch()
  const command = makeCommand(await conf(`MAKE="echo 'a b' > one ; cat o* && exit 7"`, DKMS_3_2, dkmsTree), SETTING)
  expect(run(command)).toMatchObject({ status: 7, stdout: 'a b\n' })
})

test('a command that ends with a semicolon is what it is in each release', async () => {
  const [old, recent] = await Promise.all([DKMS_3_0, DKMS_3_2].map(async (rules) => run(makeCommand(await conf('MAKE="true;"', rules, scratch()), SETTING)).status))
  expect(old).not.toBe(0)
  expect(recent).toBe(0)
})

describe('the compiler and the user’s own settings reach every make', () => {
  test('by environment and MAKEFLAGS', async () => {
    const command = makeCommand(await conf('MAKE=ninja'), { ...SETTING, makeArgs: ['-k', 'V=1', 'EXTRA=-DA="x y"', 'D=$(CC)'] })
    expect(command.env).toEqual({ CC: 'gcc-12', KERNEL_CC: 'gcc-12', MAKEFLAGS: '-k -- CC=gcc-12 V=1 EXTRA=-DA="x\\ y" D=$$(CC)' })
    expect(makeCommand(await conf('MAKE=ninja', DKMS_3_0), SETTING).env).toEqual({ CC: 'gcc-12', MAKEFLAGS: '-- CC=gcc-12' })
  })

  test.each([
    ['A=b', 'A=b'],
    ['A=b c', 'A=b\\ c'],
    ['A=\\', 'A=\\\\'],
    ['A=$B', 'A=$$B'],
  ])('%s', (word, escaped) => {
    expect(makeflag(word)).toBe(escaped)
  })
})

test('CLEAN is run by older releases only', async () => {
  expect(cleanCommand(await conf('CLEAN="make tidy"', DKMS_3_0), SETTING)?.shown).toBe('make tidy')
  expect(cleanCommand(await conf('', DKMS_3_0), SETTING)?.shown).toBe(`make -C ${TREE} M=/w/dkms/thing/1.0/build clean`)
  expect(cleanCommand(await conf('CLEAN="make tidy"'), SETTING)).toBeUndefined()
})

describe('PRE_BUILD', () => {
  const prepared = async (preBuild: string, rules: DkmsRules) => {
    const read = await conf(`PRE_BUILD="${preBuild}"`, rules, scratch())
    mkdirSync(buildDirOf(read), { recursive: true })
    writeFileSync(join(buildDirOf(read), 'prepare'), '#!/bin/sh\nprintf "<%s>" "$@" > told\nexit 5\n', { mode: 0o755 })
    const command = preBuildCommand(read, SETTING)
    if (command === undefined) throw new Error('no command')
    const { status } = run(command)
    return { status, told: readFileSync(join(buildDirOf(read), 'told'), 'utf8'), file: preBuildFile(read) === join(buildDirOf(read), 'prepare') }
  }

  test('has its words split, without quotes, in older releases', async () => {
    expect(await prepared("prepare --name='a b' \\\\\\$HOME", DKMS_3_0)).toEqual({ status: 5, told: "<--name='a><b'><$HOME>", file: true })
  })

  test('is evaluated in newer ones', async () => {
    expect(await prepared("prepare --name='a b' \\\\\\$kernelver", DKMS_3_2)).toEqual({ status: 5, told: '<--name=a b><6.1.0-56-amd64>', file: true })
  })

  test('may be missing', async () => {
    expect([preBuildCommand(await conf(''), SETTING), preBuildFile(await conf(''))]).toEqual([undefined, undefined])
  })
})
