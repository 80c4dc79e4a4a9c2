import { expect, test } from '@jest/globals'
import { attributeLeftovers } from '../../src/guest/leftovers.js'

const modules = [
  { name: 'my_driver', data: Buffer.from('\0widget_cache\0poll/%d\0/dev/gadget%d\0xnet\0') },
  { name: 'a_module_with_a_long_name', data: Buffer.alloc(0) },
]
const owner = (entry: string) => attributeLeftovers([entry], modules)[0]?.module

test.each([
  ['/proc/my_driver', 'my_driver'],
  ['/sys/bus/platform/devices/my-driver.0', 'my_driver'],
  ['/sys/kernel/slab/widget_cache', 'my_driver'],
  ['/proc/misc: 57 widget_cache', 'my_driver'],
  ['/proc/devices: 240 my_driver', 'my_driver'],
  ['kernel thread: poll/3', 'my_driver'],
  ['kernel thread: a_module_with_a', 'a_module_with_a_long_name'],
  ['/proc/interrupts: 24: my_driver', 'my_driver'],
  ['/sys/kernel/slab/:0000064', undefined],
  ['/sys/class/net', undefined],
  ['kernel thread: jbd2/vda-8', undefined],
  ['/proc/iomem: fe000000-fe0fffff : 0000:00:02.0', undefined],
])('%s', (entry, expected) => {
  expect(owner(entry)).toBe(expected)
})

test('what is below another leftover is left off', () => {
  expect(attributeLeftovers(['/proc/my_driver', '/proc/my_driver/a', '/proc/my_driver2'], modules).map(({ entry }) => entry)).toEqual(['/proc/my_driver', '/proc/my_driver2'])
})
