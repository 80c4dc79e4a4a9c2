import { parseLogAllowance } from './allow-log.js'
import { parseDevice } from './device.js'
import { parseSnapshotUrl } from '../snapshot/address.js'
import { parseInTreePath } from './in-tree-path.js'
import type { Input } from './input.js'
import { parseKernelArgs } from './kernel-args.js'
import { parseKernel } from './kernel-spec.js'
import { distinctLoads, parseLoadLine } from './load-line.js'
import { parseMakeArgs } from './make-args.js'
import { distinctOptions, parseAllowance, parseOption } from './options.js'
import { boolean, integer, lines, oneOf, optional, text } from './values.js'

function input<T>(row: Omit<Input<T>, 'many'> & { readonly many?: boolean }): Input<T> {
  return { many: false, ...row }
}

/** Every input there is. Both faces, action.yml, the README and --help are made of this table. */
export const INPUTS = {
  module: input({
    name: 'module',
    description: 'Directory of the module that is checked; it holds a Kbuild, a Makefile or a dkms.conf. It is built in a copy of its repository, so that the checkout stays as it is.',
    default: '.',
    placeholder: 'DIR',
    parse: text,
  }),
  inTree: input({
    name: 'in-tree',
    description:
      'Instead of `module`: a directory of the kernel’s own source whose driver the distribution left off, such as `drivers/net/can/usb/etas_es58x`. Turn the driver on with `options`.',
    default: '',
    placeholder: 'DIR',
    parse: optional(parseInTreePath),
  }),
  modules: input({
    name: 'modules',
    description:
      'Instead of `module`: files that were built already and are checked as they are, one path on each line; `*` and `?` stand for any characters of a name, a directory for all modules below it. Compressed ones (.xz, .zst, .gz) are unpacked first.',
    default: '',
    placeholder: 'FILE',
    many: true,
    parse: lines(text),
  }),
  kernel: input({
    name: 'kernel',
    description:
      'Kernel the module is checked for: `default` (the one that the container’s suite installs), a release as `uname -r` says it (`6.1.0-56-amd64`), a series (`6.12`: its newest release that has image, headers and source of one version), a suite or flavour (`trixie-backports`, `bookworm/cloud`), a package version (`=6.1.192-2`) or a rank (`latest-2`). See docs/kernels.md.',
    default: 'default',
    placeholder: 'KERNEL',
    parse: parseKernel,
  }),
  kernelTree: input({
    name: 'kernel-tree',
    description: 'Instead of `kernel`: directory of a kernel that you built (the source tree, or where `O=` pointed), with its .config, its Module.symvers and its image. It is only read: what the guard and the build need of it is copied.',
    default: '',
    placeholder: 'DIR',
    parse: optional(text),
  }),
  kernelImage: input({
    name: 'kernel-image',
    description: 'bzImage or vmlinux of `kernel-tree`, where it is not in it.',
    default: '',
    placeholder: 'FILE',
    parse: optional(text),
  }),
  kernelModules: input({
    name: 'kernel-modules',
    description: 'Where `make modules_install` left the modules of `kernel-tree` (INSTALL_MOD_PATH), for what your modules depend on. Empty: those that lie in the tree where they were built.',
    default: '',
    placeholder: 'DIR',
    parse: optional(text),
  }),
  options: input({
    name: 'options',
    description: 'Kernel options that the module needs beyond the kernel’s own config, one `CONFIG_NAME=value` on each line. Nothing else may differ.',
    default: '',
    placeholder: 'CONFIG_NAME=VALUE',
    many: true,
    parse: (value, name) => distinctOptions(lines(parseOption)(value, name), name),
  }),
  allowances: input({
    name: 'allow-config-delta',
    description: 'Symbols that may differ from the kernel’s config all the same, one `SYMBOL: reason` on each line. An allowance that matches nothing is a warning.',
    default: '',
    placeholder: 'SYMBOL:REASON',
    many: true,
    parse: lines(parseAllowance),
  }),
  makeArgs: input({
    name: 'make-args',
    description: 'Further arguments of make for the module’s build, such as `W=1 KCFLAGS="-DDEBUG -Werror"`: words as in a shell, quotes count, nothing is expanded.',
    default: '',
    placeholder: 'NAME=VALUE',
    many: true,
    parse: parseMakeArgs,
  }),
  dkms: input({
    name: 'dkms',
    description: 'Whether a dkms.conf in the module’s directory says how it is built: `auto` builds it as dkms does on a user’s machine, and skips kernels that it leaves out; `off` does not look at it. See docs/dkms.md.',
    default: 'auto',
    placeholder: 'auto|off',
    parse: oneOf('auto', 'off'),
  }),
  jobs: input({
    name: 'jobs',
    description: 'How many jobs make may run at once. Empty: the number of processors.',
    default: '',
    placeholder: 'N',
    parse: optional(integer(1, 1024, 'jobs')),
  }),
  install: input({
    name: 'install',
    description: 'Whether missing packages may be installed. With `false` nothing is installed, and each missing piece is a finding that names its package.',
    default: 'true',
    placeholder: 'true|false',
    parse: boolean,
  }),
  abi: input({
    name: 'abi',
    description:
      'Proof before boot that the modules fit the kernel byte for byte. Where something cannot be proven (no debug information, say), `report` tells it as a warning and `require` fails; `off` proves nothing.',
    default: 'report',
    placeholder: 'require|report|off',
    parse: oneOf('require', 'report', 'off'),
  }),
  boot: input({
    name: 'boot',
    description: 'How the kernel is booted to load and unload the module: `auto` (KVM where a guest really comes up under it, else emulation), `kvm`, `tcg` (emulation), or `off`.',
    default: 'auto',
    placeholder: 'auto|kvm|tcg|off',
    parse: oneOf('auto', 'kvm', 'tcg', 'off'),
  }),
  bootTimeout: input({
    name: 'boot-timeout',
    description: 'Seconds that the guest may take from power-on to power-off.',
    default: '120',
    placeholder: 'SECONDS',
    parse: integer(5, 3600, 'seconds'),
  }),
  memory: input({
    name: 'memory',
    description: 'Memory of the guest in MiB.',
    default: '512',
    placeholder: 'MIB',
    parse: integer(64, 65536, 'MiB'),
  }),
  cpus: input({
    name: 'cpus',
    description: 'Processors of the guest.',
    default: '1',
    placeholder: 'N',
    parse: integer(1, 64, 'processors'),
  }),
  load: input({
    name: 'load',
    description: 'Parameters of the modules, one module with its parameters on each line, such as `v4l2loopback devices=2`. Modules that are not named are loaded without any.',
    default: '',
    placeholder: 'MODULE PARAMETERS',
    many: true,
    parse: (value, name) => distinctLoads(lines(parseLoadLine)(value, name), name),
  }),
  preload: input({
    name: 'preload',
    description: 'The kernel’s own modules that are loaded first, with what they depend on, one on each line with its parameters. What your modules depend on is loaded without being named.',
    default: '',
    placeholder: 'MODULE PARAMETERS',
    many: true,
    parse: (value, name) => distinctLoads(lines(parseLoadLine)(value, name), name),
  }),
  test: input({
    name: 'test',
    description: 'Test that runs in the guest after each loading: shell text, or the path of a script. Its exit status must be 0. busybox, kmod, /proc, /sys, /dev and debugfs are there; of the kernel’s own modules those that the text names behind `modprobe` are too.',
    default: '',
    placeholder: 'SCRIPT',
    parse: optional(text),
  }),
  testFiles: input({
    name: 'test-files',
    description: 'Files and directories that the test needs, one on each line; they lie beside it in the guest. Libraries of dynamically linked programs are taken along.',
    default: '',
    placeholder: 'FILE',
    many: true,
    parse: lines(text),
  }),
  testTimeout: input({
    name: 'test-timeout',
    description: 'Seconds that one run of the test may take.',
    default: '60',
    placeholder: 'SECONDS',
    parse: integer(1, 3600, 'seconds'),
  }),
  reloads: input({
    name: 'reloads',
    description: 'How many times the modules are loaded, tested and unloaded in one boot.',
    default: '3',
    placeholder: 'N',
    parse: integer(1, 1000, 'times'),
  }),
  devices: input({
    name: 'devices',
    description: 'Devices for the guest, one on each line as QEMU’s -device takes it, such as `edu`, `e1000e,netdev=net0` or `usb-tablet`, so that drivers have something to bind to. Backends that may be named: netdev=net0, drive=null0, chardev=null0, memdev=mem0, canbus0=can0.',
    default: '',
    placeholder: 'DEVICE',
    many: true,
    parse: lines(parseDevice),
  }),
  expectBound: input({
    name: 'expect-bound',
    description: 'Whether it is a failure when no driver of the modules binds to a device.',
    default: 'false',
    placeholder: 'true|false',
    parse: boolean,
  }),
  machine: input({
    name: 'machine',
    description: 'Machine that QEMU emulates: `q35` or `microvm` (no PCI) for kernels of amd64, `virt` for those of arm64. `auto`: `q35` or `virt`.',
    default: 'auto',
    placeholder: 'auto|q35|microvm|virt',
    parse: oneOf('auto', 'q35', 'microvm', 'virt'),
  }),
  kernelArgs: input({
    name: 'kernel-args',
    description: 'Further parameters of the kernel in the guest, such as `slub_debug=FZP`.',
    default: '',
    placeholder: 'PARAMETER',
    many: true,
    parse: parseKernelArgs,
  }),
  network: input({
    name: 'network',
    description: 'Whether the guest gets a network card with QEMU’s user network.',
    default: 'false',
    placeholder: 'true|false',
    parse: boolean,
  }),
  allowLog: input({
    name: 'allow-log',
    description: 'Known noise in the kernel’s log, one `YYYY-MM-DD /PATTERN/ reason` on each line: the last day on which it counts, a regular expression, and why it is harmless. Expired and unused lines are told.',
    default: '',
    placeholder: 'DAY/PATTERN/REASON',
    many: true,
    parse: lines(parseLogAllowance),
  }),
  retries: input({
    name: 'retries',
    description: 'How often the guest is booted again when it could not be judged (error). A module that failed is never tried again.',
    default: '0',
    placeholder: 'N',
    parse: integer(0, 10, 'times'),
  }),
  autopsy: input({
    name: 'autopsy',
    description: 'Whether the kernel is booted once more under gdb when it refuses to relocate a module, to find the member that is in the way and who wrote it: `auto` or `off`.',
    default: 'auto',
    placeholder: 'auto|off',
    parse: oneOf('auto', 'off'),
  }),
  bundle: input({
    name: 'bundle',
    description: 'When `bundle/` is left in `output-dir`, a folder that boots the same guest on any machine with QEMU (`./run`, `./run --gdb`): `on-failure`, `always` or `never`.',
    default: 'on-failure',
    placeholder: 'on-failure|always|never',
    parse: oneOf('on-failure', 'always', 'never'),
  }),
  outputDir: input({
    name: 'output-dir',
    description: 'Directory for the modules, logs and reports; made when it does not exist.',
    default: 'kmod-gate-out',
    placeholder: 'DIR',
    parse: text,
  }),
  snapshotUrl: input({
    name: 'snapshot-url',
    description: 'Address of a snapshot archive, for kernels that the mirrors no longer have. Empty: the one that apt’s own configuration names.',
    default: '',
    placeholder: 'URL',
    parse: optional(parseSnapshotUrl),
  }),
  cache: input({
    name: 'cache',
    description: 'Whether what earlier runs made may be used: a kernel tree that was prepared with the very same tools and files, and on a runner the store behind @actions/cache. `false` runs oldconfig and modules_prepare every time, asks no store, and boots no guest before the modules are built.',
    default: 'true',
    placeholder: 'true|false',
    parse: boolean,
  }),
  cacheDir: input({
    name: 'cache-dir',
    description: 'Directory that keeps downloads from run to run. Empty: `kmod-gate` in the runner’s tool cache, else in `$XDG_CACHE_HOME`, else in `~/.cache`.',
    default: '',
    placeholder: 'DIR',
    parse: optional(text),
  }),
  cacheDays: input({
    name: 'cache-days',
    description: 'Days after which a run removes from `cache-dir` what no run has used; 0: never, and with `install: false` neither.',
    default: '90',
    placeholder: 'DAYS',
    parse: integer(0, 3650, 'days'),
  }),
} as const

/** Input of `kmod-gate abi` alone: a workflow checks against packages. */
export const AGAINST = input({
  name: 'against',
  description: 'Instead of `kernel`: a directory with a vmlinux or vmlinuz and a Module.symvers, such as /usr/src/linux-headers-$(uname -r) or a build tree.',
  default: '',
  placeholder: 'DIR',
  parse: optional(text),
})

/** The rows in the order in which they are shown. */
export const INPUT_LIST: readonly Input<unknown>[] = Object.values(INPUTS)
