import { expect, test } from '@jest/globals'
import { proveThisModule, type ThisModule } from '../../src/abi/struct-module.js'
import type { Layout } from '../../src/dwarf/types.js'
import { HandMade } from './types.js'

/** struct module of Linux 6.1 as far as it matters here: with or without the 16 bytes that hang on DEBUG_INFO_BTF_MODULES. */
function structModule(btf: boolean): HandMade {
  const types = new HandMade()
  const [uint, pointer] = [types.int('unsigned int', 4, 'unsigned'), types.ref('ptr', 0)]
  const list = types.struct('list_head', 16, [['next', pointer, 0], ['prev', pointer, 8]])
  const name = types.array(types.int('char', 1, 'char'), 56)
  const lost = btf ? 0 : 16
  types.struct('module', 896, [
    ['state', uint, 0],
    ['list', list, 8],
    ['name', name, 24],
    ['init', pointer, 312],
    ...(btf ? ([['btf_data_size', uint, 680], ['btf_data', pointer, 688]] as const) : []),
    ['source_list', list, 816 - lost],
    ['target_list', list, 832 - lost],
    ['exit', pointer, 848 - lost],
  ])
  return types
}

/** The same as the module's DWARF has it. */
function layout(btf: boolean): Layout {
  const type = structModule(btf).type(6)
  if (!('members' in type) || type.name !== 'module') throw new Error('not struct module')
  return { size: type.size, members: type.members.map(({ name, bitOffset }) => ({ name, offset: bitOffset / 8 })) }
}

function section({ init = 312, exit = 848, size = 896, nameAt = 24 } = {}): ThisModule {
  const data = Buffer.alloc(size)
  data.write('hello', nameAt)
  return { size, data, relocations: [{ offset: init, symbol: 'init_module' }, { offset: exit, symbol: 'cleanup_module' }] }
}

const KERNEL = structModule(true)
const title = (proof: ReturnType<typeof proveThisModule>): string => (proof.state === 'differs' ? proof.finding.title : proof.state)

test('a module that puts everything where the kernel has it', () => {
  expect(proveThisModule(section(), 'hello', KERNEL, layout(true))).toEqual({ state: 'matches' })
})

test('the seed’s sixteen bytes, in the words that would have spared the search', () => {
  const proof = proveThisModule(section({ exit: 832 }), 'hello', KERNEL, layout(false))
  expect(title(proof)).toBe(
    "the kernel's `struct module` has `exit` at 848 (0x350); this module puts it at 832 (0x340), where the kernel keeps `target_list`. 16 bytes are missing before it: `btf_data_size`, `btf_data`.",
  )
})

test('without types of the module the places are told all the same', () => {
  expect(title(proveThisModule(section({ exit: 832 }), 'hello', KERNEL, undefined))).toMatch(/at 832 \(0x340\), where the kernel keeps `target_list`\.$/)
  expect(title(proveThisModule(section({ exit: 836 }), 'hello', KERNEL, undefined))).toContain('inside of what the kernel keeps as `target_list`')
  expect(title(proveThisModule(section({ exit: 2000 }), 'hello', KERNEL, undefined))).toContain('outside of what the kernel reads')
})

test('another size, and a name that the kernel would not find', () => {
  expect(title(proveThisModule(section({ size: 832 + 32 }), 'hello', KERNEL, undefined))).toContain('896 (0x380) bytes')
  expect(title(proveThisModule(section({ nameAt: 32 }), 'hello', KERNEL, undefined))).toContain('find "" there instead of "hello"')
})

test('a library without init and exit functions has nothing to misplace', () => {
  expect(proveThisModule({ ...section(), relocations: [] }, 'hello', KERNEL, undefined)).toEqual({ state: 'matches' })
})

test('no type, no proof', () => {
  expect(proveThisModule(section(), 'hello', new HandMade(), undefined)).toMatchObject({ state: 'not proven' })
  expect(proveThisModule(undefined, 'hello', KERNEL, undefined)).toMatchObject({ state: 'not proven' })
})
