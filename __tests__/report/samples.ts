import type { Delta } from '../../src/model/config.js'
import type { Finding } from '../../src/model/finding.js'
import type { Report } from '../../src/model/report.js'
import type { Request } from '../../src/model/request.js'

export const REQUEST: Request = {
  module: { kind: 'out-of-tree', repository: '/repo', path: 'hello' },
  kernel: { kind: 'default' },
  options: [],
  allowances: [],
  makeArgs: [],
  dkms: 'auto',
  jobs: 2,
  install: true,
  abi: 'report',
  boot: 'auto',
  bootTimeout: 120,
  memory: 512,
  cpus: 1,
  scenario: { load: [], preload: [], testFiles: [], testTimeout: 60, reloads: 3, devices: [], machine: 'auto', kernelArgs: [], expectBound: false, network: false, allowLog: [], retries: 0 },
  autopsy: 'auto',
  bundle: 'on-failure',
  cache: true,
  outputDir: '/repo/kmod-gate-out',
  cacheDir: '/cache',
  cacheDays: 90,
}

const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

const target: Report['target'] = {
  release: '6.1.0-56-amd64',
  packageVersion: '6.1.192-2',
  flavour: 'amd64',
  series: '6.1',
  image: [{ name: 'linux-image-6.1.0-56-amd64', version: '6.1.192-2', size: 70_000_000 }],
  headers: { name: 'linux-headers-6.1.0-56-amd64', version: '6.1.192-2', size: 2_000_000 },
  source: { name: 'linux-source-6.1', version: '6.1.192-2', size: 139_000_000, sha256: SHA },
}

const gcc = { tool: 'gcc-12', program: 'gcc-12', package: 'gcc-12', symbol: 'CC_VERSION_TEXT', expected: 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0', actual: 'gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0', state: 'ok' } as const
const pahole = { tool: 'pahole', program: 'pahole', package: 'dwarves', symbol: 'PAHOLE_VERSION', expected: '1.24', actual: '1.24', state: 'ok' } as const

/** All but the guest. */
const BUILT: Report = {
  tool: { name: 'kmod-gate', version: '1.0.0' },
  verdict: 'pass',
  started: '2026-11-23T10:44:38Z',
  seconds: 31.4,
  request: REQUEST,
  target,
  tools: [gcc, pahole],
  config: { deltas: [], groups: [], allowed: [] },
  modules: [{ name: 'hello', file: '/repo/kmod-gate-out/hello.ko', path: 'hello.ko', sha256: SHA, size: 14_210, depends: [], vermagic: '6.1.0-56-amd64 SMP preempt mod_unload modversions ' }],
  stages: [
    { stage: 'resolve', outcome: 'pass', seconds: 0.6, summary: '6.1.0-56-amd64, packages 6.1.192-2' },
    { stage: 'install', outcome: 'pass', seconds: 9.8, summary: 'gcc-12, dwarves and 14 more installed' },
    { stage: 'toolchain', outcome: 'pass', seconds: 0.2, summary: 'gcc-12 12.2.0, pahole 1.24, as the kernel’s config says' },
    { stage: 'tree', outcome: 'pass', seconds: 5.1, summary: 'unpacked from linux-source-6.1' },
    { stage: 'guard', outcome: 'pass', seconds: 4.1, summary: 'no symbol differs from the kernel’s config' },
    { stage: 'build', outcome: 'pass', seconds: 2.2, summary: 'hello.ko' },
    { stage: 'boot', outcome: 'pass', seconds: 2.4, summary: 'loaded and unloaded under TCG' },
  ],
  findings: [{ id: 'build.btf-skipped', stage: 'build', severity: 'note', title: 'BTF was not generated, since these headers ship no vmlinux; that is harmless' }],
}

/** examples/hello on bookworm. */
export const PASS: Report = {
  ...BUILT,
  guest: {
    accelerator: 'tcg',
    acceleratorReason: 'No guest came up under KVM within 4 s.',
    entry: 'vmlinux (PVH)',
    release: '6.1.0-56-amd64',
    steps: [
      { kind: 'load', module: 'hello', own: true, outcome: 'ok', status: 0, message: '', seconds: 0.05 },
      { kind: 'unload', module: 'hello', own: true, outcome: 'ok', status: 0, message: '', seconds: 0.03 },
    ],
    end: 'completed',
    log: '[    1.200000] hello: loading out-of-tree module taints kernel.\n[    1.210000] hello: hello\n',
    logSeen: true,
    consoleTail: '[    1.400000] reboot: Power down\n',
    consoleFile: '/repo/kmod-gate-out/console.log',
    seconds: 2.4,
  },
}

const lost: readonly Delta[] = [
  { symbol: 'PAHOLE_VERSION', before: '124', after: '0' },
  { symbol: 'PAHOLE_HAS_SPLIT_BTF', before: 'y' },
  { symbol: 'PAHOLE_HAS_LANG_EXCLUDE', before: 'y' },
  { symbol: 'DEBUG_INFO_BTF_MODULES', before: 'y' },
  { symbol: 'MODULE_ALLOW_BTF_MISMATCH', before: 'n' },
]

/** pahole is missing: the config changes while nobody looks. */
export const FAIL: Report = {
  ...BUILT,
  verdict: 'fail',
  seconds: 12.2,
  request: { ...REQUEST, module: { kind: 'in-tree', path: 'drivers/net/can/usb/etas_es58x' }, options: [{ symbol: 'CAN_ETAS_ES58X', value: 'm' }], install: false },
  tools: [gcc, { tool: 'pahole', program: 'pahole', package: 'dwarves', symbol: 'PAHOLE_VERSION', expected: '1.24', state: 'missing' }],
  config: { deltas: lost, groups: [{ cause: { kind: 'tool', tool: 'pahole' }, deltas: lost }], allowed: [] },
  modules: [],
  stages: [
    ...PASS.stages.slice(0, 1),
    { stage: 'install', outcome: 'skipped', seconds: 0, summary: 'install: false' },
    { stage: 'toolchain', outcome: 'fail', seconds: 0.2, summary: 'pahole is missing' },
    { stage: 'tree', outcome: 'pass', seconds: 5.1, summary: 'unpacked from linux-source-6.1' },
    { stage: 'guard', outcome: 'fail', seconds: 4.1, summary: '5 symbols differ from the kernel’s config' },
    { stage: 'build', outcome: 'skipped', seconds: 0, summary: 'the guard ended the run' },
    { stage: 'boot', outcome: 'skipped', seconds: 0, summary: 'the guard ended the run' },
  ],
  findings: [
    {
      id: 'config.symbol-lost',
      stage: 'guard',
      severity: 'fail',
      title: 'pahole is missing (the target was configured with 1.24): PAHOLE_VERSION, PAHOLE_HAS_SPLIT_BTF, PAHOLE_HAS_LANG_EXCLUDE, DEBUG_INFO_BTF_MODULES, MODULE_ALLOW_BTF_MISMATCH',
      detail: lost.map(({ symbol, before, after }) => `CONFIG_${symbol}: ${before ?? 'not set'} -> ${after ?? 'not set'}`).join('\n'),
      remedy: 'Install dwarves.',
    },
    { id: 'toolchain.missing', stage: 'toolchain', severity: 'fail', title: 'pahole is missing', remedy: 'Install dwarves, or let the gate do it with install: true.' },
  ],
}
const console = ['[    0.000000] Linux version 6.1.0-56-amd64', '[    0.000000] Command line: console=ttyS0', '[    0.812345] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'].join('\n')

/** The guest never came up. */
export const ERROR: Report = {
  ...PASS,
  verdict: 'error',
  seconds: 148.9,
  guest: { accelerator: 'tcg', acceleratorReason: 'There is no /dev/kvm.', entry: 'bzImage', steps: [], end: 'never-up', log: '', logSeen: false, consoleTail: console, consoleFile: '/repo/kmod-gate-out/console.log', seconds: 120 },
  stages: [...PASS.stages.slice(0, 6), { stage: 'boot', outcome: 'error', seconds: 120.3, summary: 'the guest did not come up within 120 s' }],
  findings: [
    ...PASS.findings,
    { id: 'guest.never-up', stage: 'boot', severity: 'error', title: 'The guest did not come up within 120 s', detail: console, remedy: 'Raise boot-timeout or memory; the whole console is in console.log.' },
  ],
}

/** The package's own dkms.conf leaves this kernel out. */
export const SKIP: Report = {
  ...BUILT,
  verdict: 'skip',
  modules: [],
  stages: [...BUILT.stages.slice(0, 5), { stage: 'build', outcome: 'skip', seconds: 0.3, summary: 'not for this kernel' }, { stage: 'boot', outcome: 'skipped', seconds: 0, summary: 'not reached' }],
  findings: [
    {
      id: 'build.dkms-excluded',
      stage: 'build',
      severity: 'skip',
      title: 'hello 1.0 is not for 6.1.0-56-amd64: BUILD_EXCLUSIVE_KERNEL "^7" does not match 6.1.0-56-amd64',
      remedy: 'Nothing, where that is meant.',
      place: { file: 'hello/dkms.conf', line: 7 },
    },
  ],
}

/** Text that means harm wherever it is shown, without a line end. */
export const HOSTILE = '</pre><script>alert(1)</script> ``` | **x** ##[error]y \u001b[2J \u202e `code` "\'& [a](javascript:x) <!-- \\'

const hostileFinding = (severity: Finding['severity'], n: number): Finding => ({
  id: `x.${HOSTILE}`,
  stage: 'build',
  severity,
  title: `${n} ${HOSTILE}\n::error::title`,
  detail: `\n::error file=a::detail\n\`\`\`\n${HOSTILE}\r::warning::x\n`.repeat(500),
  remedy: HOSTILE,
  place: { file: `a${HOSTILE}.c`, line: n, column: 1 },
})

/** Everything that comes from elsewhere is hostile, and there is too much of it. */
export const WORST: Report = {
  ...FAIL,
  request: { ...REQUEST, module: { kind: 'out-of-tree', repository: '/repo', path: `-${HOSTILE}` } },
  modules: Array.from({ length: 300 }, (_, n) => ({ name: `m${n}${HOSTILE}`, file: `/x/${HOSTILE}`, path: HOSTILE, sha256: SHA, size: n, depends: [HOSTILE], vermagic: HOSTILE })),
  tools: [{ tool: HOSTILE, program: HOSTILE, package: HOSTILE, actual: HOSTILE, state: 'other-version' }],
  stages: [{ stage: 'build', outcome: 'fail', seconds: 1, summary: `${HOSTILE}\n::error::summary` }],
  guest: {
    ...{ accelerator: 'kvm', acceleratorReason: HOSTILE, entry: 'bzImage', end: 'lost', seconds: 3, consoleFile: '/x/console.log' },
    steps: [{ kind: 'load', module: HOSTILE, own: true, outcome: 'refused', status: 1, message: `${HOSTILE}\n::error::insmod`, seconds: 1 }],
    log: `::error::log\n${HOSTILE}\n`.repeat(20_000),
    logSeen: true,
    consoleTail: `::error::console\n${HOSTILE}`,
  },
  findings: (['note', 'warning', 'error', 'fail'] as const).flatMap((severity) => Array.from({ length: 15 }, (_, n) => hostileFinding(severity, n + 1))),
}
