// The rows of the table. `title` and `how` are what a person reads; the rest is how it is made:
//   modules   sources below __tests__/modules/abi that are built; `ship` those of them that are proven and loaded, in order
//   headers   release (Debian's own for the target), other, rt, cloud
//   on, off   options (without CONFIG_) that are flipped in a copy of the headers; `edits` texts that are replaced there; `symvers` the same for Module.symvers;
//             `vmlinux` whose vmlinux lies there
//   ccflags, kbuild, make, after, edit, suffix, foreign   compiler flags, more lines of Kbuild, arguments of make, programs run on the file, bytes changed, end of its name, built by another compiler
//   kernels   ids of the kernels that the row is for; all when absent
//   expect    what must come out: [proof, kernel], proof one of clean, warned, gap (not all could be proven), fault; kernel one of good, forced, refused, broken.
//             An object states it by kernel id.
import { Buffer } from 'node:buffer'
import { E_MACHINE, E_TYPE, changeCrc, header, modinfo, moveRelocation, patch, swap } from './elf-edit.mjs'

const GOOD = ['clean', 'good']
const GAP = ['gap', 'good']
const REFUSED = ['fault', 'refused']
const BROKEN = ['fault', 'broken']

/** `extra` is written before the line that `anchor` matches. */
const before = (file, anchor, extra) => ({ file, from: anchor, to: `${extra}\n$&` })
/** What scripts/sign-file.c writes behind the signature: struct module_signature (PKCS#7, big-endian length), and a mark. */
const trailer = (length) => Buffer.concat([Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]), Buffer.from('~Module signature appended~\n')])
const WORK = { '6.1': 'include/linux/workqueue.h', '7.3': 'include/linux/workqueue_types.h' }
const SEED = { 6.1: { from: /#if 1\n(\s+unsigned int btf_data_size;)/, to: '#ifdef CONFIG_DEBUG_INFO_BTF_MODULES\n$1' } }

/** Made together with the headers: page tables' locks are allocated apart when a lock is larger than a word. */
const SPINLOCK_SIZE = { file: 'include/generated/bounds.h', from: /SPINLOCK_SIZE 4\b/, to: 'SPINLOCK_SIZE 72' }

export const CASES = [
  // Nothing is wrong.
  { name: 'hello', title: 'a module, rightly built', how: 'Debian’s headers', modules: ['abi_hello'], expect: GOOD },
  { name: 'params', title: 'with parameters', how: 'Debian’s headers', modules: ['abi_params'], expect: GOOD },
  { name: 'dependency', title: 'needs a module of the kernel’s package', how: 'calls crc_itu_t()', modules: ['abi_dep'], expect: GOOD },
  { name: 'two', title: 'two modules, one exports to the other', how: 'abi_user calls abi_base', modules: ['abi_base', 'abi_user'], expect: GOOD },
  { name: 'private', title: 'private types named like private types of the kernel', how: 'own struct worker and struct console_cmdline', modules: ['abi_private'], expect: GOOD },
  { name: 'shapes', title: 'bit fields, unions, anonymous members, wide enums', how: 'Debian’s headers', modules: ['abi_shapes'], expect: GOOD },
  { name: 'namespace', title: 'imports a namespace', how: 'dma_buf_put() and MODULE_IMPORT_NS', modules: ['abi_namespace'], expect: GOOD },
  ...['device', 'task', 'inode', 'netdev', 'work', 'skb', 'enum', 'call', 'gpl'].map((name) => ({ name, title: `abi_${name}, rightly built`, how: 'Debian’s headers; the module of rows below', modules: [`abi_${name}`], expect: GOOD })),
  { name: 'xz', title: 'compressed', how: 'xz --check=crc32', modules: ['abi_hello'], after: [['xz', '--check=crc32', '--lzma2=dict=1MiB', 'abi_hello.ko']], suffix: '.xz', expect: GOOD },
  { name: 'strip-debug', title: 'stripped of debug information', how: 'strip -g', modules: ['abi_hello'], after: [['strip', '-g', 'abi_hello.ko']], expect: GAP },
  { name: 'g0', title: 'built without debug information', how: 'ccflags-y := -g0', modules: ['abi_hello'], ccflags: '-g0', expect: GAP },
  { name: 'no-license', title: 'no license', how: 'license= made unknown in .modinfo; uses no GPL-only symbol', modules: ['abi_hello'], edit: (file) => modinfo(file, 'license'), expect: ['warned', 'good'] },
  { name: 'stale-symvers', title: 'Module.symvers of another ABI', how: 'that of the rt flavour in the headers', modules: ['abi_device'], symvers: (_, of) => of('rt'), expect: { 6.1: REFUSED, 7.3: GOOD } },

  // Headers of something else.
  { name: 'other-abi', title: 'headers of another ABI', how: 'the newest other release in the archive', modules: ['abi_hello'], headers: 'other', expect: { 6.1: GOOD, 7.3: REFUSED } },
  { name: 'rt', title: 'headers of the rt flavour', how: 'linux-headers-…-rt-amd64', modules: ['abi_device'], headers: 'rt', expect: REFUSED },
  { name: 'cloud', title: 'headers of the cloud flavour', how: 'linux-headers-…-cloud-amd64', modules: ['abi_device'], headers: 'cloud', expect: REFUSED },
  { name: 'rt-forged', title: 'headers of the rt flavour, vermagic edited', how: 'the same; vermagic of the target written into .modinfo', modules: ['abi_device'], headers: 'rt', edit: (file, kernel) => modinfo(file, 'vermagic', kernel.vermagic), expect: { 6.1: REFUSED, 7.3: BROKEN } },
  { name: 'other-forged', title: 'headers of another ABI, vermagic edited', how: 'vermagic of the target written into .modinfo', modules: ['abi_device'], headers: 'other', edit: (file, kernel) => modinfo(file, 'vermagic', kernel.vermagic), kernels: ['7.3'], expect: REFUSED },

  // An option flipped in a copy of the headers.
  { name: 'seed', title: 'DEBUG_INFO_BTF_MODULES lost: struct module', how: '#ifdef CONFIG_DEBUG_INFO_BTF_MODULES around btf_data_size and btf_data, option off', modules: ['abi_hello'], off: ['DEBUG_INFO_BTF_MODULES'], seed: true, expect: REFUSED },
  { name: 'pinctrl', title: 'PINCTRL off: struct device', how: 'option off in the headers', modules: ['abi_device'], off: ['PINCTRL'], expect: BROKEN },
  { name: 'mutexes', title: 'DEBUG_MUTEXES on: struct mutex, and what holds one', how: 'option on in the headers', modules: ['abi_device'], on: ['DEBUG_MUTEXES'], expect: { 6.1: REFUSED, 7.3: BROKEN } },
  { name: 'spinlock', title: 'DEBUG_SPINLOCK on: spinlock_t, and what holds one', how: 'option on in the headers', modules: ['abi_inode'], on: ['DEBUG_SPINLOCK'], edits: [SPINLOCK_SIZE], expect: REFUSED },
  { name: 'posix-acl', title: 'FS_POSIX_ACL off: struct inode', how: 'option off in the headers', modules: ['abi_inode'], off: ['FS_POSIX_ACL'], expect: BROKEN },
  { name: 'posix-acl-g0', title: 'the same, built without debug information', how: 'option off in the headers, ccflags-y := -g0', modules: ['abi_inode'], off: ['FS_POSIX_ACL'], ccflags: '-g0', expect: { 6.1: ['gap', 'broken'], 7.3: BROKEN } },
  { name: 'posix-acl-stripped', title: 'the same, stripped of debug information', how: 'option off in the headers, strip -g', modules: ['abi_inode'], off: ['FS_POSIX_ACL'], after: [['strip', '-g', 'abi_inode.ko']], expect: { 6.1: ['gap', 'broken'], 7.3: BROKEN } },
  { name: 'net-ns', title: 'NET_NS off: struct net_device', how: 'option off in the headers', modules: ['abi_netdev'], off: ['NET_NS'], expect: BROKEN },
  { name: 'keys', title: 'KEYS off: struct task_struct', how: 'option off in the headers', modules: ['abi_task'], off: ['KEYS'], expect: BROKEN },
  { name: 'lockdep', title: 'LOCKDEP on', how: 'LOCKDEP, DEBUG_LOCK_ALLOC and what they need on in the headers; KBUILD_MODPOST_WARN=1', modules: ['abi_work'], make: ['KBUILD_MODPOST_WARN=1'], on: ['LOCKDEP', 'DEBUG_LOCK_ALLOC', 'DEBUG_SPINLOCK', 'DEBUG_MUTEXES', 'TRACE_IRQFLAGS'], edits: [SPINLOCK_SIZE], expect: REFUSED },

  // A header that somebody has edited.
  { name: 'netdev-member', title: 'a member more in struct net_device', how: 'unsigned long before mtu', modules: ['abi_netdev'], edits: [before('include/linux/netdevice.h', /^\tunsigned int\t\tmtu;$/m, '\tunsigned long\t\tabi_added;')], expect: BROKEN },
  { name: 'work-member', title: 'a member more in struct work_struct', how: 'unsigned long before func', modules: ['abi_work'], editsFor: (id) => [before(WORK[id], /^\twork_func_t func;$/m, '\tunsigned long abi_added;')], expect: BROKEN },
  { name: 'comm-length', title: 'an array longer', how: 'TASK_COMM_LEN = 32', modules: ['abi_task'], edits: [{ file: 'include/linux/sched.h', from: /TASK_COMM_LEN = 16/, to: 'TASK_COMM_LEN = 32' }], expect: BROKEN },
  { name: 'bit-field', title: 'a bit field at another bit', how: 'cloned and nohdr of struct sk_buff change places', modules: ['abi_skb'], edits: [{ file: 'include/linux/skbuff.h', from: /cloned:1,(\s+)nohdr:1,/, to: 'nohdr:1,$1cloned:1,' }], expect: BROKEN },
  { name: 'enum-value', title: 'an enum value shifted', how: 'a state more before SYSTEM_RUNNING', modules: ['abi_enum'], edits: [before('include/linux/kernel.h', /^\tSYSTEM_RUNNING,$/m, '\tSYSTEM_ABI_ADDED,')], expect: BROKEN },
  { name: 'prototype', title: 'a function with a parameter more', how: 'int_sqrt(int, unsigned long)', modules: ['abi_call'], ccflags: '-DABI_CALL_CHANGED', edits: [{ file: 'include/linux/math.h', from: /int_sqrt\(unsigned long\);/, to: 'int_sqrt(int, unsigned long);' }, { file: 'include/linux/math.h', from: /\(u32\)int_sqrt\(x\)/, to: '(u32)int_sqrt(0, x)' }], expect: BROKEN },

  { name: 'callback', title: 'a callback with a parameter more', how: 'work_func_t takes (unsigned long, struct work_struct *)', modules: ['abi_work'], ccflags: '-DABI_WORK_CHANGED', editsFor: (id) => [{ file: WORK[id], from: /\(\*work_func_t\)\(struct/, to: '(*work_func_t)(unsigned long, struct' }], expect: BROKEN },
  { name: 'two-skewed', title: 'two modules with two ideas of a struct', how: 'abi_user compiled with another abi_base.h than abi_base', modules: ['abi_base', 'abi_user'], kbuild: ['CFLAGS_abi_user.o := -DABI_SKEWED'], expect: BROKEN },

  // Names, versions, symbols.
  { name: 'kernelrelease', title: 'wrong kernel release', how: 'UTS_RELEASE of the headers shortened to the version', modules: ['abi_hello'], edits: [{ file: 'include/generated/utsrelease.h', from: /"([\d.]+)[^"]*"/, to: '"$1"' }], expect: { 6.1: GOOD, 7.3: REFUSED } },
  { name: 'crc', title: 'one CRC edited', how: 'a bit of _printk’s CRC in __versions', modules: ['abi_hello'], edit: (file) => changeCrc(file, '_printk'), kernels: ['6.1'], expect: REFUSED },
  { name: 'missing-module', title: 'the module that it needs is not there', how: 'abi_user without abi_base', modules: ['abi_base', 'abi_user'], ship: ['abi_user'], expect: REFUSED },
  { name: 'provider-not-loaded', title: 'the provider of a symbol is not loaded', how: 'depends= emptied in .modinfo', modules: ['abi_dep'], edit: (file) => modinfo(file, 'depends', ''), expect: REFUSED },
  { name: 'proprietary', title: 'GPL-only symbol in a proprietary module', how: 'license=Closed written into .modinfo; calls ktime_get()', modules: ['abi_gpl'], edit: (file) => modinfo(file, 'license', 'Closed'), expect: REFUSED },
  { name: 'no-license-gpl', title: 'GPL-only symbol and no license', how: 'license= made unknown in .modinfo', modules: ['abi_gpl'], edit: (file) => modinfo(file, 'license'), expect: REFUSED },
  { name: 'namespace-missing', title: 'a namespace not imported', how: 'import_ns= made unknown in .modinfo', modules: ['abi_namespace'], edit: (file) => modinfo(file, 'import_ns'), expect: REFUSED },
  { name: 'twice', title: 'exports what the kernel exports', how: 'own int_sqrt(), built with a Module.symvers without it', modules: ['abi_twice'], symvers: (text) => text.replace(/^0x[0-9a-f]+\tint_sqrt\t.*\n/m, ''), expect: REFUSED },

  { name: 'name-taken', title: 'the name of what is built in', how: 'the module is called i8042', modules: ['i8042'], kbuild: ['i8042-y := abi_hello.o'], expect: REFUSED },

  // The file itself.
  { name: 'strip-all', title: 'stripped of everything', how: 'strip -s', modules: ['abi_hello'], after: [['strip', '-s', 'abi_hello.ko']], expect: REFUSED },
  { name: 'no-vermagic', title: 'no vermagic', how: 'vermagic= made unknown in .modinfo', modules: ['abi_hello'], edit: (file) => modinfo(file, 'vermagic'), expect: ['warned', 'forced'] },
  { name: 'smp', title: 'vermagic edited', how: 'SMP becomes smp', modules: ['abi_hello'], edit: (file) => swap(file, '.modinfo', ' SMP ', ' smp '), expect: REFUSED },
  { name: 'exit-moved', title: 'relocation of cleanup_module moved', how: '16 bytes down in .rela.gnu.linkonce.this_module', modules: ['abi_hello'], edit: (file) => moveRelocation(file, '.rela.gnu.linkonce.this_module', 1, -16), expect: REFUSED },
  { name: 'init-moved', title: 'relocation of init_module moved', how: '8 bytes up in .rela.gnu.linkonce.this_module', modules: ['abi_hello'], edit: (file) => moveRelocation(file, '.rela.gnu.linkonce.this_module', 0, 8), expect: { 6.1: REFUSED, 7.3: BROKEN } },
  { name: 'other-name', title: 'another name inside', how: 'abi_hello in .gnu.linkonce.this_module becomes abi_other', modules: ['abi_hello'], edit: (file) => swap(file, '.gnu.linkonce.this_module', 'abi_hello', 'abi_other'), expect: BROKEN },
  { name: 'aarch64', title: 'for another architecture', how: 'built by aarch64-linux-gnu-gcc', modules: ['abi_foreign'], foreign: ({ vermagic }) => ['aarch64-linux-gnu-gcc', '-c', '-O2', '-ffreestanding', '-fno-pic', `-DVERMAGIC="${vermagic}"`, '-o', 'abi_foreign.ko', 'abi_foreign.c'], expect: REFUSED },
  { name: 'machine', title: 'e_machine edited', how: 'EM_386 in the ELF header', modules: ['abi_hello'], edit: (file) => header(file, E_MACHINE, 3), expect: REFUSED },
  { name: 'exec', title: 'a program instead of a module', how: 'ET_EXEC in the ELF header', modules: ['abi_hello'], edit: (file) => header(file, E_TYPE, 2), expect: REFUSED },
  { name: 'truncated', title: 'half a file', how: 'cut in the middle', modules: ['abi_hello'], edit: (file) => file.subarray(0, file.length >> 1), expect: REFUSED },
  { name: 'signature', title: 'a damaged signature', how: 'a signature’s trailer behind the module, without the signature', modules: ['abi_hello'], edit: (file) => Buffer.concat([file, trailer(0x7fffffff)]), expect: REFUSED },
  { name: 'btf-base', title: 'BTF made against another kernel', how: 'the other ABI’s vmlinux in the headers', modules: ['abi_device'], vmlinux: 'other', kernels: ['7.3'], expect: GOOD },
  { name: 'btf-magic', title: 'BTF damaged', how: 'magic number of .BTF edited', modules: ['abi_device'], edit: (file) => patch(file, '.BTF', 0, [0, 0]), kernels: ['7.3'], expect: REFUSED },
]

/** The rows of a kernel, each with what must come out there. */
export function casesFor(id) {
  return CASES.filter(({ kernels }) => kernels === undefined || kernels.includes(id)).map(({ editsFor, seed, expect, ...row }) => ({
    ...row,
    ...(editsFor !== undefined && { edits: editsFor(id) }),
    ...(seed && SEED[id] !== undefined && { edits: [{ file: 'include/linux/module.h', ...SEED[id] }] }),
    expect: Array.isArray(expect) ? expect : expect[id],
  }))
}
