import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { moduleFacts } from '../../src/symbols/facts.js'
import type { KernelRules, SymbolCheck } from '../../src/symbols/check.js'
import { type SymbolVerdict, checkSymbols, siblingExports } from '../../src/symbols/imports.js'
import { admitsModule } from '../../src/symbols/namespaces.js'
import { parseSymvers } from '../../src/symbols/symvers.js'
import { type ModuleSpec, buildModule } from '../elf/elf-builder.js'

const SYMVERS = parseSymvers(
  [
    '0x0000abcd\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t',
    '0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\t',
    '0x00000002\tgpl_call\tvmlinux\tEXPORT_SYMBOL_GPL\t',
    '0x00000003\tcan_open\tdrivers/net/can/can-dev\tEXPORT_SYMBOL_GPL\tCAN',
    '0x00000004\tkvm_call\tvmlinux\tEXPORT_SYMBOL_GPL\tmodule:kvm-intel,sample*',
    '0x00000005\tusb_open\tdrivers/usb/usbcore\tEXPORT_SYMBOL\t',
    '',
  ].join('\n'),
)
const RULES: KernelRules = { modversions: true, forceLoad: false, allowMissingNamespaceImports: false, exportFlags: false }
const LAYOUT = ['module_layout', 0xabcd] as const

interface Case extends ModuleSpec {
  readonly rules?: Partial<KernelRules>
  readonly loaded?: readonly string[]
  readonly builtIns?: readonly string[]
  readonly siblings?: readonly ModuleSpec[]
  readonly symvers?: SymbolCheck['symvers']
  /** Imported symbols. */
  readonly wants?: readonly string[]
}

function check({ rules, loaded = ['usbcore'], builtIns = [], siblings = [], symvers = SYMVERS, wants = [], ...spec }: Case): SymbolVerdict {
  const module = moduleFacts(buildModule({ versions: [LAYOUT], symbols: wants.map((name) => ({ name })), ...spec }))
  return checkSymbols({ module, symvers, kernel: { ...RULES, ...rules }, loaded: new Set(loaded), builtIns: new Set(builtIns), siblings: siblingExports([...siblings.map((one) => moduleFacts(buildModule(one))), module]) })
}

const weighty = (verdict: SymbolVerdict): string[] => verdict.problems.filter(({ severity }) => severity !== 'note').map(({ id, severity, title }) => `${id} ${severity}: ${title}`)
const GPL = ['license=GPL', 'name=sample']
const OWN = ['license=Proprietary', 'name=sample']

test('a module that fits: everything is counted and nothing said', () => {
  const verdict = check({ wants: ['printk', 'usb_open', 'gpl_call', '_GLOBAL_OFFSET_TABLE_'], versions: [LAYOUT, ['printk', 1], ['usb_open', 5], ['gpl_call', 2]] })
  expect(verdict).toEqual({ imported: 3, provided: 3, crcs: 4, crcsEqual: 4, problems: [], gaps: [] })
})

const ROWS: readonly (readonly [string, Case, readonly string[]])[] = [
  ['an unknown symbol', { wants: ['nowhere'] }, ['abi.unknown-symbol fail: sample: unknown symbol nowhere: neither the kernel nor one of its modules exports it']],
  ['_GLOBAL_OFFSET_TABLE_ where it means something', { machine: 183, wants: ['_GLOBAL_OFFSET_TABLE_'] }, ['abi.unknown-symbol fail: sample: unknown symbol _GLOBAL_OFFSET_TABLE_: neither the kernel nor one of its modules exports it']],
  ['an unknown symbol that is weak', { symbols: [{ name: 'nowhere', bind: 2 }] }, []],
  ['a provider that is not loaded', { loaded: [], wants: ['usb_open'], modinfo: [...GPL, 'depends=can-dev'] }, ['abi.provider-not-loaded fail: sample: usb_open is exported by the kernel’s module usbcore, which will not be loaded']],
  ['the same, weak', { loaded: [], symbols: [{ name: 'usb_open', bind: 2 }] }, []],
  ['a GPL-only symbol', { wants: ['gpl_call'], modinfo: OWN, versions: [LAYOUT, ['gpl_call', 2]] }, ['abi.gpl-only fail: sample: the kernel (vmlinux) exports gpl_call to GPL-compatible modules only; the module’s license is Proprietary']],
  ['the same, weak', { symbols: [{ name: 'gpl_call', bind: 2 }], modinfo: OWN }, []],
  ['a license that merely begins with GPL', { wants: ['gpl_call'], modinfo: ['license=GPLv2', 'name=sample'] }, ['abi.gpl-only fail: sample: the kernel (vmlinux) exports gpl_call to GPL-compatible modules only; the module’s license is GPLv2']],
  ['a module that the kernel does not believe', { name: 'lve', wants: ['gpl_call'] }, ['abi.gpl-only fail: lve: the kernel (vmlinux) exports gpl_call to GPL-compatible modules only; the module’s license is GPL']],
  ['no license', { modinfo: ['name=sample'] }, ['abi.license warning: sample states no license: the kernel is tainted (P) and keeps GPL-only symbols from it']],
  ['another CRC', { wants: ['printk'], versions: [LAYOUT, ['printk', 0xdeadbeef]] }, ['abi.crc fail: sample: the CRC of printk is 0xdeadbeef in the module and 0x00000001 in the kernel (vmlinux)']],
  ['another CRC of a module’s symbol', { wants: ['usb_open'], versions: [LAYOUT, ['usb_open', 6]] }, ['abi.crc fail: sample: the CRC of usb_open is 0x00000006 in the module and 0x00000005 in the kernel’s module usbcore']],
  ['another CRC of a weak symbol, which is found and so compared', { symbols: [{ name: 'printk', bind: 2 }], versions: [LAYOUT, ['printk', 9]] }, ['abi.crc fail: sample: the CRC of printk is 0x00000009 in the module and 0x00000001 in the kernel (vmlinux)']],
  ['another struct module', { versions: [['module_layout', 1]] }, ['abi.crc fail: sample: the CRC of module_layout is 0x00000001 in the module and 0x0000abcd in the kernel (vmlinux)']],
  ['extended versions go before the others', { wants: ['printk'], versions: [LAYOUT, ['printk', 1]], extendedVersions: [LAYOUT, ['printk', 7]] }, ['abi.crc fail: sample: the CRC of printk is 0x00000007 in the module and 0x00000001 in the kernel (vmlinux)']],
  ['the first of two entries counts', { wants: ['printk'], versions: [LAYOUT, ['printk', 1], ['printk', 2]] }, []],
  ['no CRC in __versions', { wants: ['printk'] }, ['abi.no-versions fail: sample: __versions has no CRC of printk, which the kernel (vmlinux) exports with 0x00000001']],
  ['no CRC in the extended versions', { wants: ['printk'], extendedVersions: [LAYOUT] }, ['abi.no-versions warning: sample: __version_ext_names has no CRC of printk, which the kernel (vmlinux) exports with 0x00000001']],
  ['no versions', { wants: ['printk'], without: ['__versions'] }, ['abi.no-versions fail: sample has no versions of its symbols; the kernel has MODVERSIONS and refuses it']],
  ['no versions, and a kernel that loads by force', { wants: ['printk'], without: ['__versions'], rules: { forceLoad: true } }, ['abi.no-versions warning: sample has no versions of its symbols; the kernel has MODVERSIONS and takes it by force and is tainted (F)']],
  ['exports without versions', { exports: [{ name: 'own' }] }, ['abi.no-versions fail: sample exports symbols without versions; the kernel has MODVERSIONS and refuses it']],
  ['exports without flags', { exports: [{ name: 'own', crc: 1 }], era: 'sections', rules: { exportFlags: true } }, ['abi.no-export-flags fail: sample exports symbols without flags (__kflagstab); the kernel refuses it']],
  ['no MODVERSIONS: no CRC counts', { wants: ['printk'], versions: [['printk', 77]], rules: { modversions: false } }, []],
  ['a namespace that is not imported', { loaded: ['can_dev'], wants: ['can_open'], versions: [LAYOUT, ['can_open', 3]] }, ['abi.namespace fail: sample: uses can_open, which the kernel’s module can_dev exports in namespace CAN; the module does not import it']],
  ['the same, and a kernel that allows it', { loaded: ['can_dev'], wants: ['can_open'], versions: [LAYOUT, ['can_open', 3]], rules: { allowMissingNamespaceImports: true } }, ['abi.namespace warning: sample: uses can_open, which the kernel’s module can_dev exports in namespace CAN; the module does not import it']],
  ['a namespace that is imported', { loaded: ['can_dev'], wants: ['can_open'], versions: [LAYOUT, ['can_open', 3]], modinfo: [...GPL, 'import_ns=X', 'import_ns=CAN'] }, []],
  ['a namespace of modules that admits it', { name: 'sample_two', wants: ['kvm_call'], versions: [LAYOUT, ['kvm_call', 4]] }, []],
  ['a namespace of modules that does not', { name: 'other', wants: ['kvm_call'], versions: [LAYOUT, ['kvm_call', 4]] }, ['abi.namespace fail: other: uses kvm_call, which the kernel (vmlinux) exports only to kvm-intel,sample*']],
  ['a namespace of modules that is imported', { modinfo: [...GPL, 'import_ns=module:kvm-intel'] }, ['abi.namespace fail: sample: imports the namespace module:kvm-intel; the kernel refuses every import of a module: namespace']],
  ['a namespace of modules, unknown to the kernel', { modinfo: [...GPL, 'import_ns=module:x'], symvers: new Map([...SYMVERS].filter(([name]) => name !== 'kvm_call')) }, []],
  ['exports what the kernel exports', { exports: [{ name: 'printk', crc: 1 }] }, ['abi.duplicate-export fail: sample: exports printk, which the kernel (vmlinux) exports as well; the kernel refuses the second of the two']],
  ['exports what a loaded module exports', { exports: [{ name: 'usb_open', crc: 1 }] }, ['abi.duplicate-export fail: sample: exports usb_open, which usbcore exports as well; the kernel refuses the second of the two']],
  ['exports what a module exports that is not loaded', { exports: [{ name: 'can_open', crc: 1 }] }, ['abi.duplicate-export warning: sample: exports can_open, which can_dev exports as well; only one of the two can be loaded']],
  ['exports what a sibling exports', { exports: [{ name: 'own', crc: 1 }], siblings: [{ name: 'base', exports: [{ name: 'own', crc: 1 }] }] }, ['abi.duplicate-export fail: sample: exports own, which base exports as well; the kernel refuses the second of the two']],
  ['replaces the kernel’s module of its name', { name: 'can_dev', exports: [{ name: 'can_open', crc: 99 }] }, []],
  ['a name that is loaded already', { name: 'usbcore' }, ['abi.name-taken fail: usbcore: the kernel has its own module of that name loaded first, and refuses a second one']],
  ['a name that is built in', { builtIns: ['sample'] }, ['abi.name-taken fail: sample: the kernel has a module of that name built in, and refuses a second one']],
  ['a symbol of a sibling', { wants: ['own'], versions: [LAYOUT, ['own', 8]], siblings: [{ name: 'base', exports: [{ name: 'own', crc: 8 }] }] }, []],
  ['a stale CRC of a sibling', { wants: ['own'], versions: [LAYOUT, ['own', 7]], siblings: [{ name: 'base', exports: [{ name: 'own', crc: 8 }] }] }, ['abi.crc fail: sample: the CRC of own is 0x00000007 in the module and 0x00000008 in base (built together with it)']],
  ['a sibling that replaces the kernel’s module', { loaded: [], wants: ['can_open'], versions: [LAYOUT, ['can_open', 9]], siblings: [{ name: 'can_dev', exports: [{ name: 'can_open', crc: 9 }] }] }, []],
  ['a sibling cannot replace the kernel itself', { wants: ['printk'], versions: [LAYOUT, ['printk', 9]], siblings: [{ name: 'base', exports: [{ name: 'printk', crc: 9 }] }] }, ['abi.crc fail: sample: the CRC of printk is 0x00000009 in the module and 0x00000001 in the kernel (vmlinux)']],
  ['a proprietary sibling and a GPL-only symbol', { wants: ['own', 'gpl_call'], versions: [LAYOUT, ['own', 8], ['gpl_call', 2]], siblings: [{ name: 'base', modinfo: OWN, exports: [{ name: 'own', crc: 8 }] }] }, ['abi.gpl-only fail: sample: uses own of the proprietary module base and the GPL-only symbol gpl_call; the kernel refuses a module that uses both']],
  ['a proprietary sibling alone', { wants: ['own'], versions: [LAYOUT, ['own', 8]], siblings: [{ name: 'base', modinfo: OWN, exports: [{ name: 'own', crc: 8 }] }] }, []],
]

test.each(ROWS)('%s', (_what, spec, expected) => {
  expect(weighty(check(spec))).toEqual(expected)
})

test('a proprietary license is a note', () => {
  expect(check({ modinfo: OWN }).problems.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['abi.license note'])
})

describe('what was not proven', () => {
  test.each<[string, Case, string[]]>([
    ['nothing is left open', {}, []],
    ['no symbol table', { without: ['.symtab'] }, ['symbols sample: the file has no symbol table, so what it imports is not known']],
    ['no MODVERSIONS', { rules: { modversions: false } }, ['CRCs sample: the kernel is built without MODVERSIONS, so symbols have no CRCs to compare']],
    ['no versions', { without: ['__versions'] }, ['CRCs sample: the module has no versions of its symbols, so no CRC could be compared']],
    ['not the kernel’s Module.symvers', { symvers: new Map() }, ['CRCs sample: Module.symvers does not list module_layout, so it is not the kernel’s own']],
  ])('%s', (_what, spec, expected) => {
    expect(check(spec).gaps.map(({ what, why }) => `${what} ${why}`)).toEqual(expected)
  })
})

test.each([
  ['module:kvm', 'kvm', true], ['module:kvm', 'kvm_intel', false], ['module:kvm-*', 'kvm_intel', true], ['module:a,kvm-intel', 'kvm_intel', true], ['module:*', 'any', true],
  ['module:', 'any', false], ['module:a,,b', 'b', true], ['kvm', 'kvm', false], ['module:kv*m', 'kvm', false], ['module:kvm_intel', 'kvm', false],
])('%s admits %s: %s', (namespace, module, admitted) => {
  expect(admitsModule(namespace, module)).toBe(admitted)
})

test('whatever a module imports, each symbol is provided or has a problem, unless it is weak', () => {
  const wanted = fc.uniqueArray(fc.record({ name: fc.constantFrom(...SYMVERS.keys(), 'nowhere', 'own'), bind: fc.constantFrom(1, 2), crc: fc.constantFrom(1, 2, 3, 4, 5) }), { selector: ({ name }) => name })
  fc.assert(
    fc.property(wanted, fc.boolean(), fc.subarray(['usbcore', 'can_dev']), (symbols, modversions, loaded) => {
      const strong = symbols.filter(({ bind }) => bind === 1)
      const verdict = check({ symbols, versions: symbols.map(({ name, crc }) => [name, crc] as const), loaded, rules: { modversions } })
      expect(verdict.imported).toBe(symbols.length)
      expect(verdict.provided + verdict.problems.filter(({ id }) => id === 'abi.unknown-symbol' || id === 'abi.provider-not-loaded').length).toBeGreaterThanOrEqual(strong.length)
      expect(verdict.crcs - verdict.crcsEqual).toBe(verdict.problems.filter(({ id }) => id === 'abi.crc').length)
    }),
    { numRuns: 300 },
  )
  expect.hasAssertions()
})
