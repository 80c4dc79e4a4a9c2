import { expect, test } from '@jest/globals'
import { changeOf, changeOfCallback, knownChanges } from '../../src/diagnosis/api-changes.js'

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

test.each([
  ['void (*)(struct platform_device *)', 'struct platform_driver.remove changed in 6.11: it returns void.'],
  ['char * (*)(const struct device *, umode_t *)', 'struct class.devnode changed in 6.2: it gets a const struct device *.'],
  ['char *(*)(const struct device *, umode_t *)', 'struct class.devnode changed in 6.2: it gets a const struct device *.'],
  ['void (*)(int)', undefined],
  ['constructor', undefined],
])('a callback that should have been %s', (expected, said) => {
  expect(changeOfCallback(expected)).toBe(said)
})
