import { expect, test } from '@jest/globals'
import { compareTypes } from '../../src/abi/compare.js'
import { optionBehind } from '../../src/abi/option.js'
import { optionsAround } from '../../src/abi/option-evidence.js'
import { HandMade } from './types.js'

const HEADER = `
#ifdef CONFIG_OUTER
struct other { int btf_data; };
/* struct module { CONFIG_FAKE */
struct module {
	enum module_state state;
#ifdef CONFIG_DEBUG_INFO_BTF_MODULES /* not CONFIG_X */
	unsigned int btf_data_size;
	void *btf_data;
#elif IS_ENABLED(CONFIG_SECOND)
	int second[4], third : 3;
#else
	int neither;
#endif
#if defined(CONFIG_A) && !defined(CONFIG_B_MODULE)
# ifdef CONFIG_INNER
	struct list_head deep;
# endif
#endif
	char *args; // #ifdef CONFIG_NO
} ____cacheline_aligned __randomize_layout;
#endif
struct later { int args; };
`
const around = (type: string, ...members: string[]): Record<string, string[]> => Object.fromEntries([...optionsAround(HEADER, type, members)].map(([member, symbols]) => [member, [...symbols].sort()]))

test('the options around a member are those of the #if that it stands in', () => {
  expect(around('struct module', 'btf_data_size', 'btf_data')).toEqual({ btf_data_size: ['DEBUG_INFO_BTF_MODULES', 'OUTER'], btf_data: ['DEBUG_INFO_BTF_MODULES', 'OUTER'] })
  expect(around('struct module', 'second', 'third')).toEqual({ second: ['DEBUG_INFO_BTF_MODULES', 'OUTER', 'SECOND'], third: ['DEBUG_INFO_BTF_MODULES', 'OUTER', 'SECOND'] })
  expect(around('struct module', 'deep')).toEqual({ deep: ['A', 'B', 'INNER', 'OUTER'] })
})

test('other types, comments and names that only begin alike are no evidence', () => {
  expect(around('struct module', 'btf')).toEqual({})
  expect(around('struct later', 'args')).toEqual({})
  expect(around('struct mod', 'btf_data')).toEqual({})
  expect(around('union module', 'btf_data')).toEqual({})
})

const module = (with16: boolean): HandMade => {
  const types = new HandMade()
  const [int, pointer] = [types.int('int', 4), types.ref('ptr', 0)]
  types.struct('module', 64, [['state', int, 0], ...(with16 ? ([['btf_data_size', int, 8], ['btf_data', pointer, 16]] as const) : []), ['args', pointer, with16 ? 24 : 8]])
  return types
}
const [difference] = compareTypes(module(false), [module(true)]).differences
const behind = async (deltas: readonly string[], text: string | undefined = HEADER) =>
  difference === undefined ? 'no difference' : optionBehind(difference, 'include/linux/module.h', () => Promise.resolve(text), deltas.map((symbol) => ({ symbol, before: 'y' })))

test('from option to byte, where padding hides the loss in the size', async () => {
  expect(await behind(['PAHOLE_HAS_SPLIT_BTF', 'DEBUG_INFO_BTF_MODULES'])).toBe('DEBUG_INFO_BTF_MODULES lost → struct module −16 bytes')
})

test('no evidence, no claim', async () => {
  expect(await behind(['PAHOLE_HAS_SPLIT_BTF'])).toBeUndefined()
  expect(await behind(['DEBUG_INFO_BTF_MODULES'], 'struct module { unsigned int btf_data_size; void *btf_data; };')).toBeUndefined()
  expect(await behind([])).toBeUndefined()
})
