import { type ElfFile, SHF_ALLOC, SHT, type Section, openElf } from '../elf/elf.js'
import type { ElfIdentity } from '../elf/identity.js'
import { modinfoOf } from '../elf/modinfo.js'
import { SHN, STB_WEAK, readSymbols } from '../elf/symbols.js'
import { type SymbolVersion, readExtendedVersions, readVersions } from '../elf/versions.js'
import { type ModuleExport, readExports } from './exports.js'

/** A symbol that the module expects from elsewhere. */
export interface Import {
  readonly name: string
  /** May stay unresolved. */
  readonly weak: boolean
}

/** What a module file says about itself. */
export interface ModuleFacts {
  readonly identity: ElfIdentity
  /** The kernel's name of it. */
  readonly name: string
  /** First `license=`, as the kernel takes it. */
  readonly license?: string
  readonly vermagic?: string
  readonly depends: readonly string[]
  readonly importedNamespaces: readonly string[]
  readonly retpoline: boolean
  readonly intree: boolean
  /** All of .modinfo. */
  readonly modinfo: ReadonlyMap<string, readonly string[]>
  /** `__versions`. */
  readonly versions?: readonly SymbolVersion[]
  /** `__version_ext_crcs` and `__version_ext_names`. */
  readonly extendedVersions?: readonly SymbolVersion[]
  readonly imports: readonly Import[]
  readonly exports: readonly ModuleExport[]
  /** `__kflagstab`, without which kernels since 7.0 refuse a module that exports. */
  readonly hasExportFlags: boolean
  /** `__kcrctab` or `__kcrctab_gpl`. */
  readonly hasExportCrcs: boolean
  /** A module stripped of its symbol table cannot be loaded. */
  readonly hasSymbolTable: boolean
  /** DWARF. */
  readonly hasDebugInfo: boolean
  /** `.BTF`. */
  readonly hasBtf: boolean
  /** Bytes of `.gnu.linkonce.this_module`, the module's struct module; absent without that section. */
  readonly thisModuleSize?: number
  /** What in the file's build the kernel's loader does not take, one sentence each. */
  readonly faults: readonly string[]
}

const THIS_MODULE = '.gnu.linkonce.this_module'
/** struct module begins with an enum and a list_head, then comes `char name[MODULE_NAME_LEN]` (include/linux/module.h, 64-bit). */
const NAME_AT = 24
const NAME_LENGTH = 56

/** Reads a module. @throws ElfError when the file is no 64-bit ELF file, is damaged or is no module at all. */
export function moduleFacts(file: Buffer): ModuleFacts {
  const elf = openElf(file)
  const modinfo = modinfoOf(elf.sections)
  const symbolTable = elf.sections.some(({ type }) => type === SHT.symtab)
  const thisModule = elf.sections.find(({ name }) => name === THIS_MODULE)
  const [license, vermagic] = [modinfo.get('license')?.[0], modinfo.get('vermagic')?.[0]]
  const [versions, extendedVersions] = [readVersions(elf), readExtendedVersions(elf)]
  const holds = (name: string): boolean => elf.sections.some((section) => section.name === name && section.size > 0)
  return {
    identity: { bits: elf.bits, bigEndian: elf.bigEndian, type: elf.type, machine: elf.machine },
    name: nameOf(thisModule, modinfo.get('name')?.[0]),
    ...(license === undefined ? {} : { license }),
    ...(vermagic === undefined ? {} : { vermagic }),
    depends: (modinfo.get('depends')?.[0] ?? '').split(',').filter((name) => name !== ''),
    importedNamespaces: modinfo.get('import_ns') ?? [],
    retpoline: modinfo.has('retpoline'),
    intree: modinfo.has('intree'),
    modinfo,
    ...(versions === undefined ? {} : { versions }),
    ...(extendedVersions === undefined ? {} : { extendedVersions }),
    imports: readSymbols(elf).slice(1).flatMap(({ name, bind, shndx }) => (shndx === SHN.undef ? [{ name, weak: bind === STB_WEAK }] : [])),
    exports: symbolTable ? readExports(elf) : [],
    hasExportFlags: holds('__kflagstab'),
    hasExportCrcs: holds('__kcrctab') || holds('__kcrctab_gpl'),
    hasSymbolTable: symbolTable,
    hasDebugInfo: holds('.debug_info'),
    hasBtf: holds('.BTF'),
    ...(thisModule === undefined ? {} : { thisModuleSize: thisModule.size }),
    faults: faultsOf(elf),
  }
}

/** The kernel goes by the name in struct module; that of .modinfo (since 4.16) is for its messages. */
function nameOf(thisModule: Section | undefined, told: string | undefined): string {
  const name = thisModule?.data.subarray(NAME_AT, NAME_AT + NAME_LENGTH).toString('latin1') ?? ''
  const own = name.slice(0, Math.max(0, name.indexOf('\0')))
  // A module built for another layout has it elsewhere, and something else here.
  return /^\w+$/.test(own) ? own : (told ?? '')
}

/** What kernel/module/main.c refuses before it looks at versions (elf_validity_cache_copy) and among the symbols (simplify_symbols). */
function faultsOf(elf: ElfFile): string[] {
  const named = (name: string): Section[] => elf.sections.filter((section) => section.name === name)
  const tables = elf.sections.filter(({ type }) => type === SHT.symtab)
  const [thisModule] = named(THIS_MODULE)
  const symbols = readSymbols(elf).slice(1)
  const common = symbols.find(({ shndx, name }) => shndx === SHN.common && !name.startsWith('__gnu_lto'))
  const special: readonly number[] = [SHN.abs, SHN.common, SHN.livepatch]
  const outside = symbols.find(({ shndx }) => shndx >= elf.sections.length && !special.includes(shndx))
  const checks: readonly (readonly [boolean, string])[] = [
    [tables.length === 0, 'has no symbol table; it was stripped of it'],
    [tables.length > 1, `has ${tables.length} symbol tables instead of one`],
    [thisModule === undefined, `has no ${THIS_MODULE} section; modpost did not finish it`],
    [named(THIS_MODULE).length > 1, `has ${named(THIS_MODULE).length} sections ${THIS_MODULE} instead of one`],
    [thisModule !== undefined && (thisModule.type === SHT.nobits || (thisModule.flags & SHF_ALLOC) === 0), `has a ${THIS_MODULE} section without contents that are loaded`],
    [named('.modinfo').length > 1, `has ${named('.modinfo').length} sections .modinfo instead of one`],
    [elf.extendedNumbering, `has ${elf.sections.length} sections, more than the kernel’s loader can count`],
    [common !== undefined, `has the common symbol ${common?.name ?? ''}; the kernel demands -fno-common`],
    [outside !== undefined, `has the symbol ${outside?.name ?? ''} in section ${outside?.shndx ?? 0} of ${elf.sections.length}`],
  ]
  return checks.flatMap(([wrong, sentence]) => (wrong ? [sentence] : []))
}
