import { expect, test } from '@jest/globals'
import { make, moduleArgs, treeArgs } from '../../src/build/make.js'

const setting = { treeDir: '/t/linux', release: '6.1.0-56-amd64', srcarch: 'x86', cc: 'gcc-12', jobs: 2 }

test('the release and the compiler are on every call', () => {
  expect(treeArgs(setting, 'oldconfig')).toEqual(['-C', '/t/linux', '-j2', 'KERNELRELEASE=6.1.0-56-amd64', 'CC=gcc-12', 'oldconfig'])
  expect(moduleArgs(setting, '/t/module', 'modules', ['W=1'])).toEqual([...treeArgs(setting, 'modules'), 'M=/t/module', 'W=1'])
})

test('variables of the user that would change the build are taken away', () => {
  const { env } = make([], { seconds: 1 })
  expect(env).toHaveProperty('KBUILD_MODPOST_WARN', undefined)
  expect(env).toHaveProperty('CROSS_COMPILE', undefined)
})
