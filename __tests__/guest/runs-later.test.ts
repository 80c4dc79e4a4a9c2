import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { mayRunLater } from '../../src/guest/runs-later.js'
import { buildModule } from '../elf/elf-builder.js'

const using = (...names: readonly string[]): Buffer => buildModule({ symbols: names.map((name) => ({ name })) })

test('a module that prints and has parameters leaves nothing that runs', () => {
  expect(mayRunLater(using('_printk', 'param_ops_charp', '__fentry__', '__x86_return_thunk', '__x86_indirect_thunk_rax', '__stack_chk_fail'))).toBe(false)
})

test.each(['mod_timer', 'queue_work_on', 'kthread_create_on_node', 'call_rcu', 'kmalloc_trace', 'register_netdev', 'another_module_does_it', 'param_sysfs_x', '_printk_deferred'])('one that calls %s may', (name) => {
  expect(mayRunLater(using('_printk', name))).toBe(true)
})

test('what is no module, and one of the kernel’s own', () => {
  expect(mayRunLater(Buffer.from('no ELF file'))).toBe(true)
  expect(mayRunLater(readFileSync('__tests__/fixtures/module/crct10dif_generic/module.ko'))).toBe(true)
})
