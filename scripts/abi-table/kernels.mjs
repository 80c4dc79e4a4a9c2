// The kernels of the table, and how their packages come onto the disk: downloaded by the root's own apt and unpacked there, never installed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, prepareRoot } from './root.mjs'

const BUILD = ['make', 'xz-utils', 'kmod', 'dwarves', 'libelf1', 'gcc', 'gcc-aarch64-linux-gnu', 'zstd']

/** The newest kernel of each pattern is taken: ABI numbers come and go in the archive. */
export const KERNELS = [
  { id: '6.1', suite: 'bookworm', backports: false, packages: [...BUILD, 'gcc-12'], cc: 'gcc-12', releases: /^6\.1\.0-\d+$/, others: /^6\.1\.0-\d+$/, modversions: true },
  { id: '7.3', suite: 'trixie', backports: true, packages: [...BUILD, 'gcc-14'], cc: 'x86_64-linux-gnu-gcc-14', releases: /^7\.3\.\d+\+deb13$/, others: /^7\.\d+\.\d+\+deb13$/, modversions: false },
]

/** For the third-party modules only. */
export const TRIXIE = { id: '6.12', suite: 'trixie', backports: true, packages: KERNELS[1].packages, cc: 'x86_64-linux-gnu-gcc-14', releases: /^6\.12\.\d+\+deb13$/, modversions: true }

/**
 * Root, release names and the places of headers and image of one kernel, all on the disk. `flavours` are those whose headers are unpacked too;
 * `other` is the newest release beside the kernel's own that `others` matches.
 */
export async function prepareKernel(cache, kernel, flavours = ['rt-amd64', 'cloud-amd64']) {
  const root = await prepareRoot(cache, kernel)
  const names = (await inRoot(root, '/', ['apt-cache', 'pkgnames', 'linux-'], { seconds: 60 })).split('\n')
  const has = (name) => names.includes(name)
  const abis = names
    .flatMap((name) => /^linux-headers-(.+)-amd64$/.exec(name)?.[1] ?? [])
    .filter((abi) => has(`linux-image-${abi}-amd64`))
    .sort(byVersion)
  const abi = abis.filter((name) => kernel.releases.test(name)).at(-1)
  if (abi === undefined) throw new Error(`${kernel.suite} has no kernel ${kernel.id} with headers and image`)
  const release = `${abi}-amd64`
  const other = kernel.others === undefined ? undefined : abis.filter((name) => kernel.others.test(name) && name !== abi).at(-1)
  const image = await unpack(root, [`linux-image-${release}`], /^linux-(binary|modules|base)-/)
  for (const headers of [release, ...flavours.map((flavour) => `${abi}-${flavour}`), ...(other === undefined ? [] : [`${other}-amd64`])]) {
    await unpack(root, [`linux-headers-${headers}`], /^linux-(headers|kbuild)-/)
  }
  const at = (...paths) => paths.map((path) => join(root.dir, path)).find(existsSync)
  const modulesDir = at(`usr/lib/modules/${release}/kernel`, `lib/modules/${release}/kernel`).replace(/\/kernel$/, '')
  const [anyModule] = kernelModules({ modulesDir }).values()
  return {
    ...kernel,
    root,
    release,
    version: image,
    rt: `${abi}-rt-amd64`,
    cloud: `${abi}-cloud-amd64`,
    other: other === undefined ? undefined : `${other}-amd64`,
    vmlinuz: at(`boot/vmlinuz-${release}`, `usr/lib/modules/${release}/vmlinuz`),
    modulesDir,
    vermagic: (await inRoot(root, '/', ['modinfo', '-F', 'vermagic', anyModule.slice(root.dir.length)], { seconds: 60 })).replace(/\n$/, ''),
    headers: join(root.dir, headersOf(release)),
  }
}

/** Where Debian's headers of a release lie, inside the root. */
export function headersOf(release) {
  return `/usr/src/linux-headers-${release}`
}

/** Downloads packages and those of their dependencies that match, and unpacks each once. Gives the first one's version. */
export async function unpack(root, names, also) {
  const marks = join(root.dir, 'var/lib/abi-table.d')
  mkdirSync(marks, { recursive: true })
  const queue = [...names]
  const seen = new Set()
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name)) continue
    seen.add(name)
    const mark = join(marks, name)
    if (!existsSync(mark)) {
      const record = await inRoot(root, '/', ['apt-cache', 'show', '--no-all-versions', name], { seconds: 60 })
      const field = (key) => new RegExp(`^${key}: (.*)$`, 'm').exec(record)?.[1] ?? ''
      // Older packages have a real /lib, which must not replace the root's symlink.
      const script = 'set -e; d=/var/tmp/abi-debs; mkdir -p $d; cd $d; rm -f -- *; apt-get download -q "$1=$2"; dpkg-deb --fsys-tarfile *.deb | tar -C / -xv --keep-directory-symlink > "/var/lib/abi-table.d/$1.list"; rm -f -- *'
      await inRoot(root, '/', ['sh', '-c', script, 'unpack', name, field('Version')], { seconds: 900 })
      const depends = field('Depends').split(',').map((text) => text.trim().split(/[ |(]/)[0]).filter((text) => also.test(text))
      writeFileSync(mark, JSON.stringify({ version: field('Version'), depends }))
    }
    queue.push(...JSON.parse(readFileSync(mark, 'utf8')).depends)
  }
  return JSON.parse(readFileSync(join(marks, names[0]), 'utf8')).version
}

function byVersion(a, b) {
  const [left, right] = [a, b].map((text) => text.split(/\D+/).map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** All modules of the kernel's own package: name → file, compressed or not. */
export function kernelModules(kernel) {
  return new Map(
    readdirSync(kernel.modulesDir, { recursive: true })
      .filter((file) => /\.ko(\.xz)?$/.test(file))
      .map((file) => [file.replace(/^.*\//, '').replace(/\.ko(\.xz)?$/, '').replaceAll('-', '_'), join(kernel.modulesDir, file)]),
  )
}
