import type { Cause } from './cause.js'

/** What insmod and modprobe make of an error number, where the kernel log says nothing (kmod's and busybox's messages). */
export const LOADER: readonly Cause[] = [
  {
    id: 'load-invalid-format', stage: 'boot', weight: 'general',
    loader: [/^(?:Invalid module format|Exec format error)\b/i],
    title: () => 'The kernel does not take the file for a module of its own (ENOEXEC)',
    explanation: 'Many reasons share this answer: another version magic, other symbol versions, another layout of struct module, a relocation that was refused, another architecture, a damaged file. The kernel log has one line that says which.',
    remedy: () => 'Read the last lines of dmesg, and give them to `kmod-gate explain`.',
  },
  {
    id: 'load-unknown-symbol-in-module', stage: 'boot', weight: 'general',
    loader: [/^unknown symbol in module\b/i],
    title: () => 'The module needs something that nothing in the running kernel offers',
    explanation: 'The kernel log names the symbols.',
    remedy: () => 'Read dmesg; load with modprobe, which brings what the module depends on.',
  },
  {
    id: 'load-wrong-symbol-version', stage: 'boot', weight: 'general',
    loader: [/^module has wrong symbol version/i],
    title: () => 'The module’s symbol versions are not those of the kernel',
    explanation: 'The kernel was built with CONFIG_MODVERSIONS and the checksums of symbols in the module differ from its own.',
    remedy: () => 'Build with the headers and the Module.symvers of the kernel that runs.',
  },
  {
    id: 'load-invalid-parameters', stage: 'boot', weight: 'general',
    loader: [/^(?:Invalid parameters|Invalid argument)\b/i],
    title: () => 'The kernel, or the module’s init function, found an argument invalid (EINVAL)',
    explanation: 'A parameter’s value was refused, a symbol’s version or namespace did not fit, or the init function itself returned -EINVAL.',
    remedy: () => 'Read dmesg, and `modinfo -p` for the parameters.',
  },
  {
    id: 'load-file-missing', stage: 'boot', weight: 'general',
    loader: [/^(?:No such file or directory|can't read|can't open)\b/i],
    title: () => 'There is no such file, or the module is not loaded',
    explanation: 'insmod takes the path of a file, modprobe and rmmod the name of a module. The kernel says the same when the init function returns -ENOENT.',
    remedy: () => 'Check path or name.',
  },
  {
    id: 'load-no-modules', stage: 'boot', weight: 'general',
    loader: [/^Function not implemented\b/i],
    title: () => 'The running kernel cannot load modules',
    explanation: 'It was built without CONFIG_MODULES, or the system call is filtered, as in many containers.',
    remedy: () => 'Load on the host, under a kernel with CONFIG_MODULES.',
  },
  {
    id: 'load-init-failed', stage: 'boot', weight: 'general',
    loader: [/^(?:Input\/output error|Connection timed out|Unknown error \d+|Interrupted system call|Not supported|Operation not supported|Value too large)\b/i],
    title: () => 'The module’s init function gave up',
    explanation: 'The kernel took the module; this error number comes from the module itself.',
    remedy: () => 'Read what the module said in the kernel log before it gave up.',
  },
]
