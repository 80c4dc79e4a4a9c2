import { expect, test } from '@jest/globals'
import { changeOf, knownChanges } from '../../src/diagnosis/api-changes.js'

test.each([
  ['class_create', undefined, 'class_create changed in 6.4: it takes the name alone, without THIS_MODULE.'],
  ['mmap_sem', 'struct mm_struct', /^struct mm_struct\.mmap_sem is gone since 5\.8/],
  ['iterate', 'const struct file_operations', /^struct file_operations\.iterate is gone since 6\.6; use iterate_shared\.$/],
  ['timeval', undefined, /^struct timeval is gone/],
  ['asm/unaligned.h', undefined, 'asm/unaligned.h is gone since 6.12; use <linux/unaligned.h>.'],
])('%s of %s', (symbol, struct, said) => {
  expect(changeOf(symbol, struct)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said))
})

test.each([['iterate', 'struct other'], ['no_such_thing', undefined], ['constructor', undefined], ['__proto__', undefined], ['toString', 'struct file_operations']])('nothing is known of %s of %s', (symbol, struct) => {
  expect(changeOf(symbol, struct)).toBeUndefined()
})

test('every change says since when', () => {
  for (const { name, since } of knownChanges()) expect([name, since]).toEqual([name, expect.stringMatching(/^\d+\.\d+/)])
})
