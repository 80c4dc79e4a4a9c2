import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from '@jest/globals'
import { Btf } from '../../src/btf/btf.js'
import { referenceProblem } from '../../src/btf/references.js'
import { validateSplit } from '../../src/btf/validate.js'
import { readSections } from '../../src/elf/elf.js'
import { bpftoolLines } from '../btf/bpftool-text.js'
import { kernelFiles, kernelLists } from '../btf/kernel-files.js'
import { runProcess } from '../support/run-process.js'
import { sharedRoot } from '../support/roots.js'

/** The reader against bpftool, on whole files: every type, member, value, parameter and variable of each, in bpftool's own words. */

let root: string

beforeAll(async () => {
  root = await sharedRoot('trixie')
  await kernelLists(root, 'trixie', ['bullseye', 'bullseye-security', 'bookworm-security', 'trixie-security', 'trixie-backports'])
}, 400_000)

function btfOf(file: string, base?: Btf): Btf {
  const section = readSections(readFileSync(file)).find(({ name }) => name === '.BTF')
  if (section === undefined) throw new Error(`${file} has no .BTF`)
  return Btf.read(section.data, base === undefined ? {} : { base })
}

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

const FOLDERS = ['fs/ext4', 'fs/btrfs', 'drivers/net/can/usb', 'drivers/net/ethernet/intel/e1000e', 'net/can', 'drivers/gpu/drm/i915']

test.each<[string, string, (name: string) => readonly string[], boolean]>([
  ['5.10, whose modules have no BTF', '^linux-image-5\\.10\\.0-[0-9]+-amd64$', (name) => [name], false],
  ['6.1', '^linux-image-6\\.1\\.0-[0-9]+-amd64$', (name) => [name], true],
  ['6.12', '^linux-image-6\\.12\\.[0-9.]+\\+deb13-amd64$', (name) => [name], true],
  ['the newest of the backports, in split packages', '^linux-binary-[0-9.]+\\+deb13-amd64$', (name) => [name, name.replace('binary', 'modules')], true],
])('kernel %s', async (_, pattern, packages, modulesHaveBtf) => {
  const files = await kernelFiles(root, pattern, FOLDERS, packages)
  const kernel = btfOf(files.vmlinux)
  const whole = await compare(files.vmlinux, kernel)
  expect(whole.different).toEqual([])
  expect(whole.lines).toBeGreaterThan(100_000)
  expect([validateSplit(kernel), referenceProblem(kernel)]).toEqual([undefined, undefined])
  expect(files.modules.length).toBeGreaterThan(10)

  if (!modulesHaveBtf) {
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
