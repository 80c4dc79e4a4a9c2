import { compareMagic } from '../../symbols/vermagic.js'
import { type Cause, type Groups, forKernel, said } from './cause.js'

/** ELF machine numbers (include/uapi/linux/elf-em.h) that Linux users meet. */
const MACHINES: Readonly<Record<string, string>> = { 2: 'sparc', 3: '32-bit x86', 8: 'MIPS', 20: '32-bit PowerPC', 21: '64-bit PowerPC', 22: 's390', 40: '32-bit ARM', 43: '64-bit sparc', 62: 'x86-64', 183: '64-bit ARM', 243: 'RISC-V', 258: 'LoongArch' }

const module = (groups: Groups): string => said(groups, 'module') || 'The module'

function magicTitle(groups: Groups): string {
  const differences = compareMagic(said(groups, 'theirs').trim(), said(groups, 'ours').trim(), false).map(({ word, module: own, kernel }) => {
    if (word === 'release') return `for ${own ?? ''}, and this is ${kernel ?? ''}`
    return own === undefined ? `without ${word}, which this one has` : kernel === undefined ? `with ${word}, which this one lacks` : `with other words`
  })
  return `${module(groups)} was built for another kernel: ${differences.join('; ')}`
}

/** Why a kernel calls a module's format invalid (kernel/module/main.c, kernel/module/version.c, arch/x86/kernel/module.c, kernel/bpf/btf.c). */
export const FORMAT: readonly Cause[] = [
  {
    id: 'load-version-magic', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): version magic '(?<theirs>[^']{0,300})' should be '(?<ours>[^']{0,300})'/],
    title: magicTitle,
    explanation: 'Every module carries a line that says for which kernel and with which basic options it was built. The kernel compares that line with its own and refuses the module when a word differs.',
    remedy: (groups) => `Build with the headers of ${said(groups, 'ours').trim().split(' ')[0] ?? ''}. Where only the release differs, give make KERNELRELEASE of the target; never edit the line in the file.`,
  },
  {
    id: 'load-module-layout-version', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): disagrees about version of symbol module_layout\b/],
    title: (groups) => `${module(groups)} was built with other ideas of the kernel’s basic structures`,
    explanation: 'module_layout stands for struct module and a few structures around it. Its checksum in the module is not that of the kernel, so the configuration or the headers were not those of this kernel.',
    remedy: (_, facts) => `Build with the headers, the .config and the Module.symvers of ${forKernel(facts)}, with every tool there that its .config names (pahole above all).`,
  },
  {
    id: 'load-symbol-version', stage: 'boot', weight: 'cause', symbol: 'symbol',
    kernel: [/^(?<module>[\w-]+): disagrees about version of symbol (?<symbol>\S{1,200})/],
    title: (groups) => `${module(groups)} uses ${said(groups, 'symbol')} with another prototype than the kernel has`,
    explanation: 'With CONFIG_MODVERSIONS every exported symbol has a checksum of its prototype and of all types in it. The one in the module differs: it was built against another configuration, another kernel, or an old Module.symvers.',
    remedy: (_, facts) => `Build again from clean with the headers and the Module.symvers of ${forKernel(facts)}; when another module of yours exports the symbol, build both together or name its Module.symvers in KBUILD_EXTRA_SYMBOLS.`,
  },
  {
    id: 'load-no-symbol-version', stage: 'boot', weight: 'cause', symbol: 'symbol',
    kernel: [/^(?<module>[\w-]+): no symbol version for (?<symbol>\S{1,200})/],
    title: (groups) => `${module(groups)} has no checksum for ${said(groups, 'symbol')}`,
    explanation: 'The kernel checks the versions of symbols and the module does not say with which it was built. There was no Module.symvers, or an incomplete one, when it was built.',
    remedy: (_, facts) => `Build with the whole headers package of ${forKernel(facts)}, which holds Module.symvers.`,
  },
  {
    id: 'load-forced', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): (?<what>module_layout|bad vermagic|no version for "[^"]{1,200}"|[\w.]{1,200}): kernel tainted\.$/],
    title: (groups) => `${module(groups)} was loaded by force: ${said(groups, 'what')} did not fit`,
    explanation: 'The kernel lacks a proof that the module fits, or was told to ignore it, and loaded it all the same. From here on nothing about this kernel can be trusted.',
    remedy: (_, facts) => `Do not force. Build the module for ${forKernel(facts)}.`,
  },
  {
    id: 'load-struct-module-size', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module )?(?<module>[\w-]+): \.gnu\.linkonce\.this_module (?:section )?(?:size )?must /],
    title: (groups) => `${module(groups)} has a struct module of another size than the kernel’s`,
    explanation: 'The module brings the memory for the kernel’s struct module along. Its size depends on the configuration: an option that adds members was on for the kernel and off for the module, or the other way round. CONFIG_DEBUG_INFO_BTF_MODULES, which vanishes without pahole, is the usual one.',
    remedy: (_, facts) => `Compare the .config that the module was built with with that of ${forKernel(facts)}; install what is missing (dwarves first) and build again from clean.`,
  },
  {
    id: 'load-relocation-target', stage: 'boot', weight: 'cause',
    // Since 7.x the kernel names section and entry itself.
    kernel: [/^(?:module: )?(?:x86\/modules: )?(?:Skipping i|I)nvalid relocation target, existing value (?:is nonzero|does not match expected value) for (?:sec (?<section>\d{1,9}), idx (?<entry>\d{1,9}), )?type (?<type>\d{1,5}), loc (?<loc>\S{1,40}), val (?<val>[0-9a-f]{1,16})/],
    title: () => 'The kernel was to write an address into the module at a place that was not empty',
    explanation: 'Nearly always the place is in struct module: the kernel had begun to use it, at offsets of its own, before the module’s addresses of init and exit were written at other offsets. So the module was compiled with another layout of struct module, as happens when an option is lost on the way (CONFIG_DEBUG_INFO_BTF_MODULES without pahole). The version magic does not notice that.',
    remedy: (_, facts) => `Find the option that differs between the .config of the build and that of ${forKernel(facts)}, install the tool behind it (often dwarves), and build again from clean. kmod-gate’s autopsy names the member.`,
  },
  {
    id: 'load-relocation-overflow', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?overflow in relocation type (?<type>\d{1,5})/, /^(?:module: )?`?(?<module>[\w-]+)' likely not compiled with -mcmodel=kernel/, /^(?:module: )?(?<module>[\w-]+): overflow in relocation type (?<type>\d{1,5})/],
    title: () => 'An address does not fit into the place that the compiler left for it',
    explanation: 'Code of the kernel is compiled for the last two gigabytes of the address space. An object in this module was not: it was compiled outside of kbuild, comes prebuilt, or refers to something far away.',
    remedy: () => 'Build every object with kbuild (obj-m and NAME-y), or compile prebuilt ones with the kernel’s own flags.',
  },
  {
    id: 'load-relocation-type', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?(?:module )?(?<module>[\w-]+): (?:Unknown rela relocation|unsupported RELA relocation|Unknown relocation type|unknown relocation): (?<type>\w{1,20})/i],
    title: (groups) => `${module(groups)} holds a kind of relocation (${said(groups, 'type')}) that this kernel cannot do`,
    explanation: 'The compiler, assembler or linker made something that the kernel’s loader does not know: they are newer than the kernel, or an object was compiled as position-independent or for user space.',
    remedy: (_, facts) => `Build with the compiler and binutils of the suite that ${forKernel(facts)} comes from, and all objects by kbuild.`,
  },
  {
    id: 'load-btf', stage: 'boot', weight: 'cause',
    kernel: [/^(?:BPF: )?failed to validate module \[(?<module>[^\]]{1,100})\] BTF: (?<error>-?\d{1,5})/],
    title: (groups) => `The type information (BTF) in ${module(groups)} does not fit the kernel’s`,
    explanation: 'The module’s .BTF section counts on from the types of the vmlinux that it was made with. This kernel has other types. Unless it was built with CONFIG_MODULE_ALLOW_BTF_MISMATCH it refuses the module.',
    remedy: (_, facts) => `Build with the vmlinux of ${forKernel(facts)} in the headers directory, or without any: a module without .BTF is loaded. \`strip --remove-section=.BTF\` helps as well.`,
  },
  {
    id: 'load-architecture', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?Invalid (?:module )?architecture in ELF header: (?<machine>\d{1,5})/],
    title: (groups) => `The module is for another processor: ${MACHINES[said(groups, 'machine')] ?? `ELF machine ${said(groups, 'machine')}`}`,
    explanation: 'The file’s header names the processor that it was compiled for, and it is not this one.',
    remedy: () => 'Build on this architecture, or cross-compile with ARCH= and CROSS_COMPILE= for it.',
  },
  {
    id: 'load-not-elf', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?Invalid ELF header (?:magic|len|type)\b/],
    title: () => 'The file is no kernel module',
    explanation: 'It does not begin as an object file does: it is compressed and was given to a program that does not unpack it, it is something else (an error page that was downloaded), or it was linked into a program.',
    remedy: () => 'Look with `file NAME.ko`. Load compressed modules with modprobe or kmod’s insmod, or unpack them first.',
  },
  {
    id: 'load-decompression', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?(?:module: )?decompression failed with status (?<status>-?\d{1,5})/, /^(?:module: )?(?:unsupported|invalid) compression\b/, /^(?:module: )?failed to (?:allocate|decompress)\b.{0,80}decompress/],
    title: () => 'The kernel could not unpack the compressed module',
    explanation: 'The kernel unpacks modules itself only for one kind of compression, chosen at build time, and of .xz only what was made with --check=crc32 or none.',
    remedy: () => 'Compress with `xz --check=crc32 --lzma2=dict=1MiB`, as kbuild does, or load the plain .ko.',
  },
  {
    id: 'load-damaged-file', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?Module len \d{1,20} truncated/, /^(?:module: )?Invalid ELF (?:section|sh_link)/, /^(?:module: )?ELF Spec violation:/, /^(?:module: )?empty section name table/],
    title: () => 'The module’s file is cut off or damaged',
    explanation: 'The sections that the file’s header promises are not all there, or their sizes make no sense.',
    remedy: () => 'Copy or build it again, and compare sizes and checksums; look for a full disk.',
  },
  {
    id: 'load-stripped', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?(?:module )?(?<module>[\w-]+): module has no symbols \(stripped\?\)/],
    title: (groups) => `${module(groups)} was stripped of its symbols`,
    explanation: 'A module is linked when it is loaded, by the names in its symbol table. `strip` without options takes that table away.',
    remedy: () => 'Strip modules with `strip --strip-debug` only, or with make INSTALL_MOD_STRIP=1 modules_install.',
  },
  {
    id: 'load-no-module-section', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?(?:module )?(?<module>[^:]{1,100}): No module found in object/, /^(?:module: )?(?:module )?(?<module>[^:]{1,100}): (?:Only|Exactly) one \.(?:modinfo|gnu\.linkonce\.this_module|symtab) section must exist/],
    title: () => 'The object is not a finished module',
    explanation: 'kbuild’s second step (modpost) puts a struct module into a .ko. This file has none: it is the .o of the first step, or the step was left out.',
    remedy: () => 'Load the .ko that `make modules` leaves, not a .o.',
  },
]
