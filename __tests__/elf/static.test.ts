import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { isStatic } from '../../src/elf/static.js'

test('node is linked dynamically, busybox-static is not', () => {
  expect(isStatic(readFileSync(process.execPath))).toBe(false)
  expect(isStatic(readFileSync('/bin/busybox'))).toBe(true)
})
