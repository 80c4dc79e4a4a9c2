import { describe, expect, test } from '@jest/globals'
import { compilerMessage, isKernelLine, kernelMessage, linesOf, loaderMessage } from '../../src/diagnosis/lines.js'

describe('what stands before a line of the kernel log', () => {
  test.each([
    ['[    2.200539] abi_hello: hello'],
    ['<4>[    2.200539] abi_hello: hello'],
    ['<4>abi_hello: hello'],
    ['[    2.200539][  T212] abi_hello: hello'],
    ['[Sun Nov 22 10:11:12 2026] abi_hello: hello'],
    ['Nov 22 10:11:12 build kernel: abi_hello: hello'],
    ['Nov 22 10:11:12 build kernel: [    2.200539] abi_hello: hello'],
    ['2026-11-22T10:11:12.123456+01:00 build kernel: abi_hello: hello'],
    ['kern  :warn  : [    2.200539] abi_hello: hello'],
    ['abi_hello: hello'],
  ])('%s', (line) => {
    expect(kernelMessage(line)).toBe('abi_hello: hello')
  })

  test('is what a kernel log is known by', () => {
    expect(isKernelLine('[    2.200539] abi_hello: hello')).toBe(true)
    expect(isKernelLine('make[1]: Entering directory')).toBe(false)
  })
})

describe('what a loading program said', () => {
  test.each([
    ['insmod: ERROR: could not insert module ./a b.ko: Invalid module format', undefined],
    ['insmod: ERROR: could not insert module ./a.ko: Invalid module format', 'Invalid module format'],
    ["insmod: can't insert 'a b.ko': invalid module format", 'invalid module format'],
    ["modprobe: ERROR: could not insert 'acme': Exec format error", 'Exec format error'],
    ['modprobe: FATAL: Module acme not found in directory /lib/modules/6.1', 'Module acme not found in directory /lib/modules/6.1'],
    ["modprobe: ERROR: ../libkmod/libkmod-module.c:1084 kmod_module_insert_module() could not find module by name='acme'", "could not find module by name='acme'"],
    ["rmmod: can't unload module 'acme': Resource temporarily unavailable", 'Resource temporarily unavailable'],
    ['/sbin/insmod: ERROR: could not insert module a.ko: File exists', 'File exists'],
    ['make: nothing', undefined],
  ])('%s', (line, said) => {
    if (said === undefined) expect(loaderMessage(line)).not.toBe('Invalid module format')
    else expect(loaderMessage(line)).toBe(said)
  })
})

describe('messages of compilers', () => {
  test('with a place', () => {
    expect(compilerMessage('drivers/a.c:10:46: error: no')).toEqual({ file: 'drivers/a.c', line: 10, column: 46, text: 'no', kind: 'error' })
    expect(compilerMessage('a.c:10: warning: no')).toEqual({ file: 'a.c', line: 10, text: 'no', kind: 'warning' })
  })

  test('without', () => {
    expect(compilerMessage('x86_64-linux-gnu-gcc-14: error: no')).toEqual({ text: 'no', kind: 'error' })
    expect(compilerMessage('/usr/bin/gcc: fatal error: no')).toEqual({ text: 'no', kind: 'error' })
    expect(compilerMessage('cc1: some warnings')).toEqual({ text: 'some warnings', kind: 'warning' })
    expect(compilerMessage('make: *** no')).toBeUndefined()
  })
})

test('lines lose colours, carriage returns and curly quotes, and the evidence keeps the quotes', () => {
  expect([...linesOf('\u001b[1ma\u001b[0m \u2018b\u2019\r\n\nc')]).toEqual([{ raw: 'a \u2018b\u2019', message: "a 'b'" }, { raw: 'c', message: 'c' }])
})

test('the time that a runner puts in front of each line is taken off', () => {
  expect([...linesOf('2026-11-22T10:11:12.1234567Z make: *** x')][0]?.message).toBe('make: *** x')
})
