import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { cpioNewc } from '../../src/guest/cpio.js'
import { givenEntries, guestEntries, type GuestFiles, waitingEntries } from '../../src/guest/initramfs.js'
import { interpreterOf, parseLoaderList } from '../../src/guest/libraries.js'

const data = Buffer.from('x')
const files: GuestFiles = { busybox: data, machine: 'q35', actions: [], nonce: 'ab', modules: [{ name: 'hello', data }], test: 'true', testFiles: [{ path: 'sub/tool', data, mode: 0o755 }, { path: '/etc/tool.conf', data, mode: 0o640 }], libraries: [{ path: '/lib/x/libc.so.6', data }], kmod: [{ kind: 'link', path: 'sbin/modprobe', target: '/bin/kmod' }] }
const listed = (given: GuestFiles) => execFileSync('cpio', ['--list', '--verbose', '--quiet'], { input: cpioNewc(guestEntries(given)), encoding: 'utf8' })

test('files lie where they are wanted, with their modes, below directories that come first', () => {
  const list = listed(files)
  expect(list).toMatch(/^-rwxr-xr-x .* test\/sub\/tool$/m)
  expect(list).toMatch(/^-rw-r----- .* etc\/tool\.conf$/m)
  expect(list).toMatch(/^-rwxr-xr-x .* lib\/x\/libc\.so\.6$/m)
  expect(list).toMatch(/^lrwxrwxrwx .* sbin\/modprobe -> \/bin\/kmod$/m)
  expect(list).toMatch(/^-rw-r--r-- .* modules\/hello\.ko$/m)
  expect(list.indexOf(' test/sub\n')).toBeLessThan(list.indexOf(' test/sub/tool\n'))
})

test('the kernel finds something to run when it wants a module', () => {
  const script = guestEntries(files).find(({ path }) => path === 'kmod-gate/modprobe')
  expect(script).toMatchObject({ kind: 'file', executable: true })
  const text = script?.kind === 'file' ? script.data.toString() : ''
  expect(execFileSync('busybox', ['sh', '-n'], { input: text, encoding: 'utf8' })).toBe('')
  const run = spawnSync('busybox', ['sh', '-c', text.replace(' > /dev/kmsg', '').replace('/lib/modules', '/nowhere'), 'modprobe', '-q', '--', 'crypto-hmac(sha256)'], { encoding: 'utf8' })
  expect([run.status, run.stdout]).toEqual([1, '<6>modprobe: this guest has no module crypto-hmac(sha256); one that is needed can be named in preload\n'])
})

test('a file of the user cannot take the place of init or of the nonce, nor leave the guest’s root', () => {
  const entries = guestEntries({ ...files, testFiles: [{ path: '/init', data, mode: 0o755 }, { path: '../../nonce', data, mode: 0o644 }] })
  const of = (path: string) => entries.filter((entry) => entry.path === path)
  expect(of('init')).toEqual([expect.objectContaining({ data: expect.objectContaining({ length: expect.any(Number) }) })])
  expect(of('init')[0]).not.toEqual(expect.objectContaining({ data }))
  expect(of('nonce')).toEqual([expect.objectContaining({ data: Buffer.from('ab\n') })])
})

test('a guest that waits is given all that it would else have started with', () => {
  const [whole, waiting, given] = [guestEntries(files), waitingEntries(files), givenEntries(files) ?? []]
  const paths = (entries: typeof whole) => new Set(entries.map(({ path }) => path))
  expect(paths([...waiting, ...given])).toEqual(new Set([...paths(whole), 'kmod-gate/scenario']))
  // What it has already is not given again, but for the directories that files lie in.
  expect(given.filter(({ path, kind }) => kind !== 'dir' && paths(waiting).has(path))).toEqual([])
  const script = (entries: typeof whole, path: string) => {
    const found = entries.find((entry) => entry.path === path)
    return found?.kind === 'file' ? found.data.toString() : ''
  }
  const [ahead, scenario, all] = [script(waiting, 'init'), script(given, 'kmod-gate/scenario'), script(whole, 'init')]
  for (const text of [ahead, scenario]) expect(execFileSync('busybox', ['sh', '-n'], { input: text, encoding: 'utf8' })).toBe('')
  const common = all.slice(0, -scenario.length)
  expect([all.endsWith(scenario), ahead.startsWith(common)]).toEqual([true, true])
})

test('what would lie where a waiting guest has mounted something cannot be given', () => {
  for (const path of ['/dev/x', '/proc/x', '/sys/x', '/kmod-gate/io/x']) expect(givenEntries({ ...files, testFiles: [{ path, data, mode: 0o644 }] })).toBeUndefined()
  expect(givenEntries({ ...files, testFiles: [{ path: '/init', data, mode: 0o644 }] })?.map(({ path }) => path)).not.toContain('init')
})

test('the loader of a program is found, and none in what is no program', () => {
  expect(interpreterOf(readFileSync(process.execPath))).toMatch(/^\/.*ld/)
  for (const nothing of [Buffer.from('#!/bin/sh\n'), Buffer.alloc(0), Buffer.concat([Buffer.from('\x7fELF\x02\x01'), Buffer.alloc(100, 0xff)])]) expect(interpreterOf(nothing)).toBeUndefined()
})

test('what the loader lists', () => {
  const output = '\tlinux-vdso.so.1 (0x00007ffd)\n\tlibm.so.6 => /lib/x/libm.so.6 (0x00007f)\n\tlibnone.so => not found\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n'
  expect(parseLoaderList(output)).toEqual({ paths: ['/lib/x/libm.so.6', '/lib64/ld-linux-x86-64.so.2'], missing: ['libnone.so'] })
})
