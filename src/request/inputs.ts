import { parseInTreePath } from './in-tree-path.js'
import type { Input } from './input.js'
import { parseKernel } from './kernel-spec.js'
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
    description: 'Directory of the module that is checked; it holds a Kbuild or Makefile. It is built in a copy of its repository, so that the checkout stays as it is.',
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
      'Kernel the module is checked for: `default` (the one that the container’s suite installs), a release as `uname -r` says it (`6.1.0-56-amd64`), or a series (`6.12`: its newest release that has image, headers and source of one version).',
    default: 'default',
    placeholder: 'KERNEL',
    parse: parseKernel,
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
  outputDir: input({
    name: 'output-dir',
    description: 'Directory for the modules, logs and reports; made when it does not exist.',
    default: 'kmod-gate-out',
    placeholder: 'DIR',
    parse: text,
  }),
  cacheDir: input({
    name: 'cache-dir',
    description: 'Directory that keeps downloads from run to run. Empty: `kmod-gate` in the runner’s tool cache, else in `$XDG_CACHE_HOME`, else in `~/.cache`.',
    default: '',
    placeholder: 'DIR',
    parse: optional(text),
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
