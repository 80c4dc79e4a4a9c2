import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHost } from '../../src/host/create-host.js'
import { decompress } from '../../src/kernel/decompress.js'
import { payloadOf } from '../../src/kernel/vmlinux.js'
import { mustInRoot } from '../support/in-root.js'
import { quietLog } from '../support/quiet-log.js'
import { runProcess } from '../support/run-process.js'

/** Debian's kernels of several suites, downloaded by the apt of one root with a configuration of its own: nothing else in the root changes. */

const DIR = '/var/tmp/kernel-files'
const APT = ['-q', '-o', `Dir::Etc::SourceList=${DIR}/sources.list`, '-o', 'Dir::Etc::SourceParts=/dev/null', '-o', `Dir::State::Lists=${DIR}/lists`, '-o', `Dir::Cache=${DIR}/cache`, '-o', 'APT::Sandbox::User=root']

/** Reads the package lists of the suites besides the root's own; mirrors are those of the root's own sources. */
export async function kernelLists(root: string, own: string, suites: readonly string[]): Promise<void> {
  const sources = readFileSync(join(root, 'etc/apt/sources.list'), 'utf8').split('\n')
  const site = (suite: string): string | undefined => sources.map((line) => line.split(' ')).find(([type, , name]) => type === 'deb' && name === suite)?.[1]
  const lines = suites.map((suite) => `deb ${site(suite.endsWith('-security') ? `${own}-security` : own) ?? ''} ${suite} main\n`)
  for (const dir of ['lists/partial', 'cache/archives/partial', 'files']) mkdirSync(join(root, DIR, dir), { recursive: true })
  writeFileSync(join(root, DIR, 'sources.list'), lines.join(''))
  await mustInRoot(root, ['apt-get', ...APT, 'update'], { timeout: 120 })
}

/** The newest of the packages whose names match. */
async function newest(root: string, pattern: string): Promise<string> {
  const found = (await mustInRoot(root, ['apt-cache', ...APT, 'search', '--names-only', pattern], { timeout: 60 })).stdout.split('\n').map((line) => line.split(' ')[0] ?? '')
  const name = found.filter((candidate) => candidate !== '').sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  if (name === undefined) throw new Error(`apt knows no package ${pattern}`)
  return name
}

export interface KernelFiles {
  /** Name of the package that matched. */
  readonly name: string
  /** The ELF file from inside the vmlinuz. */
  readonly vmlinux: string
  readonly modules: readonly string[]
}

/**
 * The kernel of the newest package whose name matches, with the modules below the folders given. `packages` makes the names of all
 * packages to be unpacked from the matching name.
 */
export async function kernelFiles(root: string, pattern: string, folders: readonly string[], packages = (name: string): readonly string[] => [name]): Promise<KernelFiles> {
  const name = await newest(root, pattern)
  const dir = join(root, DIR, 'files', name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  await mustInRoot(root, ['apt-get', ...APT, 'download', ...packages(name)], { timeout: 300, cwd: `${DIR}/files/${name}` })
  for (const deb of readdirSync(dir).filter((file) => file.endsWith('.deb'))) {
    const wanted = ['vmlinuz*', ...folders.map((folder) => `kernel/${folder}/*.ko*`)].map((glob) => `'*/${glob}'`).join(' ')
    // tar complains when a pattern matches nothing; what is missing is missed below.
    const script = `dpkg-deb --fsys-tarfile '${join(dir, deb)}' | tar -C '${dir}' -x --wildcards ${wanted} 2>/dev/null; rm '${join(dir, deb)}'; find '${dir}' -name '*.ko.xz' -exec unxz {} +`
    const ended = await runProcess(['sh', '-c', script], { timeout: 120 })
    if (ended.status !== 0) throw new Error(`${deb}: ${ended.output}`)
  }
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((file) => join(dir, file))
  const vmlinuz = files.find((file) => /\/vmlinuz[^/]*$/.test(file))
  if (vmlinuz === undefined) throw new Error(`${name} has no vmlinuz`)
  const vmlinux = join(dir, 'vmlinux')
  const elf = await decompress(createHost(quietLog()), payloadOf(readFileSync(vmlinuz)), `${vmlinux}.payload`)
  if (typeof elf === 'string') throw new Error(`${name}: ${elf}`)
  writeFileSync(vmlinux, elf)
  return { name, vmlinux, modules: files.filter((file) => file.endsWith('.ko')).sort() }
}

export interface Distilled {
  /** Raw BTF, each in a file. */
  readonly split: string
  readonly base: string
}

/** What resolve_btfids of that kernel's linux-kbuild makes of a module's BTF when the module is an external one. */
export async function distil(root: string, kernel: KernelFiles, modules: readonly string[], rawBtf: (file: string) => Uint8Array): Promise<readonly Distilled[]> {
  const kbuild = kernel.name.replace('linux-binary-', 'linux-kbuild-').replace(/-amd64$/, '')
  const place = `${DIR}/files/${kbuild}`
  mkdirSync(join(root, place), { recursive: true })
  await mustInRoot(root, ['apt-get', ...APT, 'install', '-y', '--no-install-recommends', 'libelf1t64'], { timeout: 120, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  await mustInRoot(root, ['sh', '-c', `apt-get ${APT.join(' ')} download ${kbuild} && dpkg-deb -x *.deb .`], { timeout: 120, cwd: place })
  const inside = (file: string): string => file.slice(root.length)
  return Promise.all(
    modules.map(async (file) => {
      writeFileSync(`${file}.raw`, rawBtf(file))
      await mustInRoot(root, ['sh', '-c', `usr/lib/linux-kbuild-*/tools/bpf/resolve_btfids/resolve_btfids --btf '${inside(file)}.raw' --btf_base '${inside(kernel.vmlinux)}' --distill_base '${inside(file)}'`], { timeout: 60, cwd: place })
      return { split: `${file}.BTF`, base: `${file}.BTF.base` }
    }),
  )
}
