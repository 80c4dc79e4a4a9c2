import { expect, test } from '@jest/globals'
import { UsageError } from '../../src/model/errors.js'
import { parseMakeArgs } from '../../src/request/make-args.js'

test('words as in a shell', () => {
  expect(parseMakeArgs(`W=1 KCFLAGS="-DDEBUG -Werror"\nCONFIG_X='y' --keep-going`, 'make-args')).toEqual(['W=1', 'KCFLAGS=-DDEBUG -Werror', 'CONFIG_X=y', '--keep-going'])
  expect(parseMakeArgs('', 'make-args')).toEqual([])
  expect(parseMakeArgs(`'X=$HOME *'`, 'make-args')).toEqual(['X=$HOME *'])
})

test.each(['M=/tmp', 'M:=/tmp', 'M ::=/tmp', 'M+=x', 'M?=x', 'M!=ls', 'O=out', 'KBUILD_MODPOST_WARN=1', 'KERNELRELEASE=6.1', 'CC=gcc', 'KCONFIG_CONFIG=/x', 'MAKEFLAGS=-i', 'LLVM=1'])(
  '%s is reserved, with the reason',
  (word) => {
    expect(() => parseMakeArgs(`W=1 '${word}'`, 'make-args')).toThrow(UsageError)
    expect(() => parseMakeArgs(`W=1 '${word}'`, 'make-args')).toThrow(/make-args: ".*is reserved: \w/)
  },
)

test.each(['-C', '-C/tmp', '-i', '--ignore-errors', '-n', '-t', '-j64', '--eval=M=x', 'clean', '-f', '$(x)=1', '-W foo', '-ki'])('%s is not passed on', (word) => {
  expect(() => parseMakeArgs(`'${word}'`, 'make-args')).toThrow(/Allowed are NAME=value and --keep-going/)
})

test('a quote that is not closed', () => expect(() => parseMakeArgs(`X='a`, 'make-args')).toThrow(/quote/))
