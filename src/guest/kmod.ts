import { mkdir, readFile, readdir, rm, copyFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineNamed, nativeArchitecture } from '../architecture/table.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import type { CpioEntry } from './cpio.js'
import { KMOD_FUNCTIONS } from './init-script.js'
import { librariesOf, type Library } from './libraries.js'
import type { GuestPlan, TestFile } from './plan.js'

/** Names under which kmod(8) does its work; where it is there, the kernel itself calls /sbin/modprobe (Documentation/admin-guide/sysctl/kernel.rst, modprobe). */
const APPLETS = ['modprobe', 'insmod', 'rmmod', 'lsmod', 'modinfo', 'depmod'] as const
const DEPMOD_SECONDS = 60
/** What the kernel's package says about itself; depmod makes indices of it, so that modprobe knows what is built in. */
const OF_THE_PACKAGE = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'] as const

/** What modprobe and its kin need in the guest. */
export interface Kmod {
  readonly libraries: readonly Library[]
  readonly entries: readonly CpioEntry[]
}

/** A file that may call modprobe: the test itself, and scripts that it takes along. */
function scriptsOf({ test, testFiles }: Pick<GuestPlan, 'test' | 'testFiles'>): string[] {
  const isScript = ({ data }: TestFile): boolean => data.toString('latin1', 0, 2) === '#!'
  return [...(test === undefined ? [] : [test.script]), ...(testFiles ?? []).filter(isScript).map(({ data }) => data.toString('utf8'))]
}

/** Whether the test, or a file that it takes along, names kmod or one of its programs. */
function namesKmod({ test, testFiles }: Pick<GuestPlan, 'test' | 'testFiles'>): boolean {
  const named = new RegExp(`\\b(?:kmod|${APPLETS.join('|')})\\b`)
  return [test?.script ?? '', ...(testFiles ?? []).map(({ data }) => data.toString('latin1'))].some((text) => named.test(text))
}

/** Words behind `modprobe` in scripts, without its options and what is no plain name: the kernel's own among them are taken along. */
export function modprobeNames(plan: Pick<GuestPlan, 'test' | 'testFiles'>): string[] {
  const calls = scriptsOf(plan).flatMap((script) => [...script.matchAll(/\bmodprobe\b([^\n;|&#)`]*)/g)].map(([, words]) => (words ?? '').trim().split(/\s+/)))
  return [...new Set(calls.flat().filter((word) => /^\w[\w-]*$/.test(word)).map((word) => word.replaceAll('-', '_')))]
}

/**
 * A /lib/modules in which modprobe finds every module that the guest has, and kmod with its libraries for a test that names it: they are four times as
 * large as all else that the guest unpacks. A call that no text shows comes to busybox's modprobe, which reads the same indices. Nothing without a test.
 * @throws GateError when a test calls modprobe and kmod is not installed
 */
export async function kmodFor(host: Host, plan: GuestPlan): Promise<Kmod> {
  if (plan.test === undefined) return { libraries: [], entries: [] }
  const program = await host.which('kmod')
  if (program === undefined) {
    if (scriptsOf(plan).some((script) => /\b(?:modprobe|kmod)\b/.test(script))) {
      throw new GateError({ id: 'guest.kmod-missing', stage: 'boot', severity: 'error', title: 'The test calls modprobe, and kmod is not installed, so the guest has none', remedy: 'Install kmod.' })
    }
    return { libraries: [], entries: [] }
  }
  const tree = await moduleTree(host, plan, program)
  // Of another architecture only the indices serve.
  if (!namesKmod(plan) || machineNamed(plan.machine ?? 'q35').architecture !== nativeArchitecture()) return { libraries: [], entries: tree }
  const data = await readFile(program)
  const links = APPLETS.map((name): CpioEntry => ({ kind: 'link', path: `sbin/${name}`, target: '/bin/kmod' }))
  const functions: CpioEntry = { kind: 'file', path: KMOD_FUNCTIONS.slice(1), data: Buffer.from(APPLETS.map((name) => `${name}() { /sbin/${name} "$@"; }\n`).join('')) }
  return { libraries: await librariesOf(host, program, data), entries: [{ kind: 'file', path: 'bin/kmod', data, executable: true }, functions, ...links, ...tree] }
}

/** Where a module lies below /lib/modules/RELEASE: depmod prefers `updates` to the kernel's own. */
function placed({ dependencies, spare, modules }: GuestPlan): { readonly path: string; readonly name: string; readonly data: Buffer }[] {
  const at = (dir: string) => ({ name, data }: { readonly name: string; readonly data: Buffer }) => ({ path: `${dir}/${name}.ko`, name, data })
  return [...[...dependencies, ...(spare ?? [])].map(at('kernel')), ...modules.map(at('updates'))]
}

/** /lib/modules/RELEASE: links to the modules, and the indices that this machine's depmod makes of them. */
async function moduleTree(host: Host, plan: GuestPlan, kmod: string): Promise<CpioEntry[]> {
  const base = await makeScratch(join(tmpdir(), 'kmod-gate-depmod-'))
  const tree = `lib/modules/${plan.release}`
  const dir = join(base, tree)
  const files = placed(plan)
  try {
    for (const sub of ['kernel', 'updates']) await mkdir(join(dir, sub), { recursive: true })
    // kmod of merged-/usr systems may look below /usr.
    await mkdir(join(base, 'usr'))
    await symlink('../lib', join(base, 'usr/lib'))
    for (const { path, data } of files) await writeFile(join(dir, path), data)
    for (const name of OF_THE_PACKAGE) {
      const file = join(plan.modulesDir ?? '', name)
      if (plan.modulesDir !== undefined && (await exists(file))) await copyFile(file, join(dir, name))
    }
    // depmod itself lies in /sbin, which is not in everybody's PATH; kmod is what its name says that it is.
    const depmod = join(base, 'depmod')
    await symlink(kmod, depmod)
    const { status, stderr } = await host.run({ program: depmod, args: ['-b', base, plan.release], seconds: DEPMOD_SECONDS })
    if (status !== 0) throw new GateError({ id: 'guest.depmod', stage: 'boot', severity: 'error', title: `depmod failed: ${stderr.trim().split('\n').at(-1) ?? ''}`, detail: stderr, remedy: 'Look at the modules that it names; without its indices modprobe finds nothing in the guest.' })
    const indices = (await readdir(dir)).filter((name) => name.startsWith('modules.'))
    return [
      ...(await Promise.all(indices.map(async (name): Promise<CpioEntry> => ({ kind: 'file', path: join(tree, name), data: await readFile(join(dir, name)) })))),
      ...files.map(({ path, name }): CpioEntry => ({ kind: 'link', path: join(tree, path), target: `/modules/${name}.ko` })),
      { kind: 'link', path: 'usr/lib/modules', target: '/lib/modules' },
    ]
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}
