import { readFile, readdir } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { frameText, oopsSentences } from '../../src/diagnosis/oops-lines.js'
import { readOopses } from '../../src/diagnosis/oops.js'

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there')
  return value
}

const LOGS = '__tests__/fixtures/guest-logs'
const log = (name: string) => readFile(`${LOGS}/${name}/log`, 'utf8')

test('a call through a null pointer in a worker: no place, a trace, the registers', async () => {
  const [oops, ...others] = readOopses(await readFile('__tests__/fixtures/diagnosis/oops-null-call/log', 'utf8'))
  expect(others).toEqual([])
  expect(oops).toMatchObject({ title: 'BUG: kernel NULL pointer dereference, address: 0000000000000000', address: '0000000000000000', cpu: 0, pid: 47, task: 'kworker/0:2', rip: '0x0' })
  expect(oops?.at).toBeUndefined()
  expect(oops?.trace.map((frame) => [frame.guess, frameText(frame)])).toEqual([
    [false, 'process_one_work+0x1c7/0x380'],
    [false, 'worker_thread+0x4d/0x380'],
    [true, 'rescuer_thread+0x3a0/0x3a0'],
    [false, 'kthread+0xda/0x100'],
    [true, 'kthread_complete_and_exit+0x20/0x20'],
    [false, 'ret_from_fork+0x22/0x30'],
  ])
  expect(oops?.registers).toMatchObject({ RAX: '0000000000000000', RBX: 'ffffffffc0203000', R15: 'ffffffffc0203008', EFLAGS: '00000286', CR2: 'ffffffffffffffd6', CR4: '0000000000750ef0' })
  expect(oopsSentences(must(oops))[1]).toContain('where no code is: a pointer to a function was wrong')
})

describe('oopses of real guests', () => {
  test('in a module’s exit function', async () => {
    const [oops] = readOopses(await log('6.1-oops-in-exit'))
    expect(oops?.at).toMatchObject({ module: 'oops_in_exit' })
    expect(oops?.trace.length).toBeGreaterThan(2)
    const place = frameText(must(must(oops).at))
    expect(oopsSentences(must(oops), new Map([[place, { file: '/src/oops_in_exit.c', line: 12 }]]))[1]).toContain(`${place} (/src/oops_in_exit.c:12)`)
  })

  test('of arm64: place, address, task, registers and the way there', async () => {
    const [oops, ...others] = readOopses(await log('6.12-arm64-null-dereference'))
    expect(others).toEqual([])
    expect(oops).toMatchObject({ address: '0000000000000000', cpu: 0, pid: 141, task: 'insmod', at: { function: 'oopsing_init', offset: 0x14, size: 0xff8, module: 'oops' } })
    expect(oops?.registers).toMatchObject({ x29: 'ffff800082a4b7e0', x9: 'ffff800080014e90', x0: '0000000000000000' })
    expect(oops?.trace.map(({ function: name }) => name)).toEqual(['oopsing_init', 'do_init_module', 'load_module', 'init_module_from_file', '__arm64_sys_finit_module', 'invoke_syscall', 'el0_svc_common.constprop.0', 'do_el0_svc', 'el0_svc', 'el0t_64_sync_handler', 'el0t_64_sync'])
  })

  test('every log of a guest is read, and each oops has a place or an address', async () => {
    for (const name of await readdir(LOGS)) {
      for (const oops of readOopses(await log(name))) expect([name, oops.at ?? oops.rip]).toEqual([name, expect.anything()])
    }
  })
})

test('the register that held the bad address is named, and the code is left as it is', () => {
  const [oops] = readOopses('[ 1.0] BUG: unable to handle page fault for address: ffffffffdead0000\n[ 1.0] CPU: 3 UID: 0 PID: 9 Comm: a b Tainted: G\n[ 1.0] RIP: 0010:f+0x1/0x9 [m]\n[ 1.0] Code: 0f 0b <48> 8b\n[ 1.0] RAX: 0000000000000001 RBX: ffffffffdead0000\n[ 1.0] ---[ end trace 0000000000000000 ]---\n')
  expect(oops).toMatchObject({ cpu: 3, pid: 9, task: 'a b', code: '0f 0b <48> 8b', at: { function: 'f', module: 'm', offset: 1, size: 9 } })
  expect(oopsSentences(must(oops)).at(-1)).toBe('The address 0xffffffffdead0000 stood in RBX.')
})

test('half an oops and hostile lines do no harm', () => {
  expect(readOopses('BUG: kernel NULL pointer dereference, address: 0\n')).toEqual([])
  expect(readOopses(`${'Oops: \n'.repeat(10_000)}RIP: 0010:${'x'.repeat(100_000)}\nCall Trace:\n${'a+0x1/0x2 [m]\n'.repeat(100_000)}`).length).toBeLessThan(3)
})
