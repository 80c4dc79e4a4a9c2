import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXTENDED } from '../support/extended.js'
import { TEST_CACHE } from '../support/paths.js'
import { runProcess } from '../support/run-process.js'

/** Kernels of several suites at once, by an apt of their own that knows them all, from the mirrors that this machine's apt uses. */

interface KernelRow {
  readonly series: string
  /** Of the package with the modules; the release is in the group. */
  readonly image: RegExp
  readonly modules: string
}

/** One kernel of each packaging and compiler, and, where what takes long is asked for, those of Debian's other suites and flavours. */
export const KERNELS: readonly KernelRow[] = [
  { series: '5.10', image: /^linux-image-(5\.10\.0-\d+-amd64)$/, modules: 'linux-image-' },
  { series: '6.1', image: /^linux-image-(6\.1\.0-\d+-amd64)$/, modules: 'linux-image-' },
  { series: '6.12', image: /^linux-image-(6\.12\.\d+\+deb13-amd64)$/, modules: 'linux-image-' },
  { series: '7.x of trixie-backports', image: /^linux-modules-(7\.[\d.]+\+deb13-amd64)$/, modules: 'linux-modules-' },
  ...(EXTENDED
    ? [
        { series: '6.1 cloud', image: /^linux-image-(6\.1\.0-\d+-cloud-amd64)$/, modules: 'linux-image-' },
        { series: '6.1 rt', image: /^linux-image-(6\.1\.0-\d+-rt-amd64)$/, modules: 'linux-image-' },
        { series: '6.12 cloud', image: /^linux-image-(6\.12\.\d+\+deb13-cloud-amd64)$/, modules: 'linux-image-' },
        { series: '6.12 rt', image: /^linux-image-(6\.12\.\d+\+deb13-rt-amd64)$/, modules: 'linux-image-' },
        { series: '7.2 of trixie-backports', image: /^linux-modules-(7\.2\.[\d.]+\+deb13-amd64)$/, modules: 'linux-modules-' },
        { series: '7.x of sid', image: /^linux-modules-(7\.[\d.]+\+deb14-amd64)$/, modules: 'linux-modules-' },
        { series: '7.x of experimental', image: /^linux-modules-(7\.\d+-amd64)$/, modules: 'linux-modules-' },
      ]
    : []),
]
export type Kernel = KernelRow

const HOME = join(TEST_CACHE, 'kernel-packages')
const APT_CONFIG = join(HOME, 'apt.conf')

/** This machine's own, since its apt may need its proxy. */
function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

async function must(argv: readonly string[], timeout: number, cwd?: string): Promise<string> {
  const ended = await runProcess(argv, { timeout, env: { ...environment(), APT_CONFIG }, ...(cwd === undefined ? {} : { cwd }) })
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: status ${ended.status}\n${ended.output}`)
  return ended.stdout
}

/** Reads the package lists of all the suites. */
export async function knowSuites(): Promise<void> {
  for (const dir of ['lists/partial', 'cache/archives/partial', 'state', 'parts', 'debs']) mkdirSync(join(HOME, dir), { recursive: true })
  writeFileSync(APT_CONFIG, '')
  const targets = (await must(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'], 60)).split('\n').map((line) => line.split(' '))
  // The archive's and the security archive's places are told apart by the names of their suites; the suites wanted are added to both.
  const archive = targets.find(([, release = '']) => /^[a-z]+$/.test(release) && targets.some(([, other]) => other === `${release}-security`))?.[0]
  const security = targets.find(([, release = '']) => /^[a-z]+-security$/.test(release))?.[0]
  if (archive === undefined || security === undefined) throw new Error('apt knows no index of a Debian suite and its security archive here; run apt-get update first')
  const options = '[arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  const suites = ['bullseye', 'bookworm', 'trixie']
  writeFileSync(join(HOME, 'sources.list'), [...[...suites, 'trixie-backports', ...(EXTENDED ? ['sid', 'experimental'] : [])].map((suite) => `deb ${options} ${archive} ${suite} main`), ...suites.map((suite) => `deb ${options} ${security} ${suite}-security main`), ''].join('\n'))
  writeFileSync(
    APT_CONFIG,
    [`Dir::Etc::sourcelist "${HOME}/sources.list";`, `Dir::Etc::sourceparts "${HOME}/parts";`, `Dir::State "${HOME}/state";`, `Dir::State::lists "${HOME}/lists";`, 'Dir::State::status "/dev/null";', `Dir::Cache "${HOME}/cache";`, 'APT::Sandbox::User "root";', ''].join('\n'),
  )
  await must(['apt-get', 'update', '-q'], 300)
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })

export interface UnpackedKernel {
  readonly release: string
  readonly root: string
  /** Paths of all its modules, maybe compressed, by name. */
  readonly modules: readonly string[]
  readonly symvers: string
}

/** The newest kernel of a series that has modules and headers, unpacked into `root`. */
export async function unpackKernel(kernel: Kernel, root: string): Promise<UnpackedKernel> {
  const names = new Set((await must(['apt-cache', 'pkgnames'], 60)).split('\n'))
  const releases = [...names].flatMap((name) => kernel.image.exec(name)?.[1] ?? []).filter((release) => names.has(`linux-headers-${release}`))
  const release = releases.sort(byNumber).at(-1)
  if (release === undefined) throw new Error(`no kernel of series ${kernel.series} has modules and headers`)
  const packages = [kernel.modules + release, `linux-headers-${release}`]
  await must(['apt-get', 'download', '-q', ...packages], 300, join(HOME, 'debs'))
  mkdirSync(root, { recursive: true })
  for (const name of packages) {
    // Earlier runs may have left the same package at an older version.
    const deb = readdirSync(join(HOME, 'debs')).filter((file) => file.startsWith(`${name}_`)).sort(byNumber).at(-1)
    await must(['dpkg-deb', '-x', join(HOME, 'debs', deb ?? name), root], 120)
  }
  const symvers = join(root, 'usr/src', `linux-headers-${release}`, 'Module.symvers')
  if (!existsSync(symvers)) throw new Error(`${symvers} is not there`)
  const modules = (readdirSync(root, { recursive: true }) as string[]).filter((file) => /\.ko(\.xz)?$/.test(file)).sort().map((file) => join(root, file))
  return { release, root, modules, symvers }
}
