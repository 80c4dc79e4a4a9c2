import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from '@jest/globals'
import { Btf } from '../../src/btf/btf.js'
import { readSplit } from '../../src/btf/distilled.js'
import { referenceProblem } from '../../src/btf/references.js'
import { relocationProblem } from '../../src/btf/relocate.js'
import { validateSplit } from '../../src/btf/validate.js'
import { readSections } from '../../src/elf/elf.js'
import { bpftoolLines } from '../btf/bpftool-text.js'
import { type KernelFiles, distil, kernelFiles, kernelLists } from '../btf/kernel-files.js'
import { ownLines, ownSizes, paholeLines, paholeSizes } from '../btf/pahole-text.js'
import { EXTENDED } from '../support/extended.js'
import { runProcess } from '../support/run-process.js'
import { sharedRoot } from '../support/roots.js'

/**
 * The reader against bpftool, on whole files: every type, member, value, parameter and variable of each, in bpftool's own words; and what it makes of
 * them against pahole: every struct and union, with its size and the place and size of each member.
 */

let root: string

beforeAll(async () => {
  root = await sharedRoot('trixie')
  await kernelLists(root, 'trixie', ['trixie', 'bullseye', 'bullseye-security', 'bookworm-security', 'trixie-security', 'trixie-backports', ...(EXTENDED ? ['sid', 'experimental'] : [])])
}, 400_000)

function rawBtf(file: string): Buffer {
  const section = readSections(readFileSync(file)).find(({ name }) => name === '.BTF')
  if (section === undefined) throw new Error(`${file} has no .BTF`)
  return section.data
}

const btfOf = (file: string, base?: Btf): Btf => Btf.read(rawBtf(file), base === undefined ? {} : { base })

/** How many lines are the same, and the first that are not. */
async function compare(file: string, btf: Btf, base?: string): Promise<{ readonly lines: number; readonly different: string[] }> {
  const dump = await runProcess(['bpftool', ...(base === undefined ? [] : ['-B', base]), 'btf', 'dump', 'file', file, 'format', 'raw'], { timeout: 60 })
  if (dump.status !== 0) throw new Error(`bpftool ${file}: ${dump.output.slice(-500)}`)
  const theirs = dump.stdout.split('\n')
  theirs.pop()
  const different: string[] = []
  let lines = 0
  for (const line of bpftoolLines(btf)) {
    if (line !== theirs[lines] && different.length < 5) different.push(`${file}:${lines + 1}: ${line} | ${theirs[lines] ?? '(nothing)'}`)
    lines++
  }
  if (lines !== theirs.length) different.push(`${file}: ${lines} lines instead of ${theirs.length}`)
  return { lines, different }
}

/** What one of the two sees and the other does not: none, when they agree. `count`: structs and unions compared. */
async function againstPahole(file: string, btf: Btf): Promise<{ readonly count: number; readonly different: readonly string[] }> {
  const says = async (...options: readonly string[]): Promise<string> => {
    const ended = await runProcess(['pahole', '-F', 'btf', ...options, file], { timeout: 120 })
    if (ended.status !== 0) throw new Error(`pahole ${file}: ${ended.stderr.slice(-500)}`)
    return ended.stdout
  }
  const [own, theirs, sizes, theirSizes] = [ownLines(btf), paholeLines(await says()), ownSizes(btf), paholeSizes(await says('--sizes'))]
  const missed = (who: string, a: ReadonlySet<string>, b: ReadonlySet<string>): string[] => [...a].filter((line) => !b.has(line)).map((line) => `${who}: ${line}`)
  return { count: own.size, different: [...missed('ours', own, theirs), ...missed('theirs', theirs, own), ...missed('ours', sizes, theirSizes), ...missed('theirs', theirSizes, sizes)].slice(0, 6) }
}

const FOLDERS = ['fs/ext4', 'fs/btrfs', 'drivers/net/can/usb', 'drivers/net/ethernet/intel/e1000e', 'net/can', 'drivers/gpu/drm/i915']

interface Kernel {
  readonly pattern: string
  readonly packages?: (name: string) => readonly string[]
  readonly modulesHaveBtf: boolean
}
const KERNELS = {
  '5.10': { pattern: '^linux-image-5\\.10\\.0-[0-9]+-amd64$', modulesHaveBtf: false },
  '6.1': { pattern: '^linux-image-6\\.1\\.0-[0-9]+-amd64$', modulesHaveBtf: true },
  '6.12': { pattern: '^linux-image-6\\.12\\.[0-9.]+\\+deb13-amd64$', modulesHaveBtf: true },
  backports: { pattern: '^linux-binary-[0-9.]+\\+deb13-amd64$', packages: (name: string) => [name, name.replace('binary', 'modules')], modulesHaveBtf: true },
  'backports before': { pattern: '^linux-binary-7\\.2\\.[0-9.]+\\+deb13-amd64$', modulesHaveBtf: true },
  '6.1 cloud': { pattern: '^linux-image-6\\.1\\.0-[0-9]+-cloud-amd64$', modulesHaveBtf: true },
  sid: { pattern: '^linux-binary-7[0-9.]+\\+deb14-amd64$', packages: (name: string) => [name, name.replace('binary', 'modules')], modulesHaveBtf: true },
  experimental: { pattern: '^linux-binary-7\\.[0-9]+-amd64$', packages: (name: string) => [name, name.replace('binary', 'modules')], modulesHaveBtf: true },
  '6.12 rt': { pattern: '^linux-image-6\\.12\\.[0-9.]+\\+deb13-rt-amd64$', modulesHaveBtf: true },
} as const satisfies Record<string, Kernel>

/** Of the suites that change from day to day, where what takes long is asked for. */
const MORE: [string, Kernel][] = EXTENDED ? [['of sid', KERNELS.sid], ['of experimental', KERNELS.experimental]] : []

const unpacked = new Map<Kernel, Promise<KernelFiles>>()
/** Each kernel is downloaded and unpacked once, by whichever test needs it first. */
function filesOf(kernel: Kernel): Promise<KernelFiles> {
  const files = unpacked.get(kernel) ?? kernelFiles(root, kernel.pattern, FOLDERS, kernel.packages)
  unpacked.set(kernel, files)
  return files
}

test.each<[string, Kernel]>([
  ['5.10, whose modules have no BTF', KERNELS['5.10']],
  ['6.1', KERNELS['6.1']],
  ['6.12', KERNELS['6.12']],
  ['the newest of the backports, in split packages', KERNELS.backports],
  ...MORE,
])('kernel %s', async (_, which) => {
  const files = await filesOf(which)
  const kernel = btfOf(files.vmlinux)
  const whole = await compare(files.vmlinux, kernel)
  expect(whole.different).toEqual([])
  expect(whole.lines).toBeGreaterThan(100_000)
  expect([validateSplit(kernel), referenceProblem(kernel)]).toEqual([undefined, undefined])
  expect(files.modules.length).toBeGreaterThan(10)

  if (!which.modulesHaveBtf) {
    for (const file of files.modules) expect(readSections(readFileSync(file)).map(({ name }) => name)).not.toContain('.BTF')
    return
  }
  let lines = 0
  for (const file of files.modules) {
    const btf = btfOf(file, kernel)
    const module = await compare(file, btf, files.vmlinux)
    // The names that the index finds are those that the types have.
    const first = [...btf.ownIds()].map((id) => btf.type(id)).find(({ name }) => name !== '')
    expect([module.different, validateSplit(btf), referenceProblem(btf), first !== undefined && btf.named(first.name).includes(first.id)]).toEqual([[], undefined, undefined, true])
    lines += module.lines
  }
  expect(lines).toBeGreaterThan(10_000)
}, 400_000)

test.each<[string, Kernel]>([
  ['5.10', KERNELS['5.10']],
  ['6.1', KERNELS['6.1']],
  ['6.1, cloud', KERNELS['6.1 cloud']],
  ['6.12', KERNELS['6.12']],
  ['6.12, rt', KERNELS['6.12 rt']],
  ['7.2 of the backports', KERNELS['backports before']],
  ['the newest of the backports', KERNELS.backports],
  ...MORE,
])('every struct and union of kernel %s lies as pahole says', async (_, which) => {
  const { vmlinux } = await filesOf(which)
  const { count, different } = await againstPahole(vmlinux, btfOf(vmlinux))
  expect(different).toEqual([])
  expect(count).toBeGreaterThan(5000)
}, 400_000)

test('BTF with a distilled base, as external modules have it: read whole, and fit for its own kernel alone', async () => {
  const [own, other] = [await filesOf(KERNELS.backports), await filesOf(KERNELS['6.12'])]
  const [ownBtf, otherBtf] = [btfOf(own.vmlinux), btfOf(other.vmlinux)]
  const modules = own.modules.filter((file) => /\/(ext4|btrfs|e1000e)\.ko$/.test(file))
  expect(modules.length).toBe(3)
  for (const { split, base } of await distil(root, own, modules, rawBtf)) {
    const btf = readSplit(readFileSync(split), { distilled: readFileSync(base) })
    const distilled = btf.base ?? ownBtf
    expect([await compare(split, btf, base), await compare(base, distilled)].flatMap(({ different }) => different)).toEqual([])
    expect([validateSplit(distilled), validateSplit(btf), referenceProblem(btf), relocationProblem(btf, ownBtf)]).toEqual([undefined, undefined, undefined, undefined])
    expect(relocationProblem(btf, otherBtf)).toMatch(/has no counterpart in the kernel/)
  }
}, 400_000)
