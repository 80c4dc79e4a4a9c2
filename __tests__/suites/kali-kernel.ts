import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createHost } from '../../src/host/create-host.js'
import { decompress } from '../../src/kernel/decompress.js'
import { payloadOf } from '../../src/kernel/vmlinux.js'
import { quietLog } from '../support/quiet-log.js'

function shell(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', script, 'sh', ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout
}

/** How a kernel is called, and its packages' version. */
export interface Name {
  readonly release: string
  readonly version: string
}

/** Paths of the packages of one kernel. */
export interface Debs {
  readonly image: string
  readonly headers: string
  readonly source: string
}

/**
 * Another distribution's kernel made of Debian's: the same code under another name, which may not be longer. Modules are left out but for the
 * names of those that are built in, so that the package is small.
 */
export async function renamedKernel(dir: string, debs: Debs, from: Name, to: Name): Promise<string[]> {
  const made = []
  for (const [piece, deb] of Object.entries(debs) as [keyof Debs, string][]) {
    const root = join(dir, piece)
    mkdirSync(root, { recursive: true })
    shell('dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --exclude="./lib/modules/*/kernel/*/*" --exclude="./usr/lib/modules/*/kernel/*/*" --exclude="./usr/share/doc"; dpkg-deb --control "$1" "$2/DEBIAN"; rm -f "$2"/DEBIAN/*inst "$2"/DEBIAN/*rm "$2"/DEBIAN/md5sums', deb, root)
    const control = join(root, 'DEBIAN/control')
    // Tools come from another archive here: of what a kernel depends on only other packages of its own are kept.
    const text = readFileSync(control, 'utf8').replace(/^(?:Depends|Recommends|Suggests|Breaks|Conflicts|Installed-Size):.*\n(?: .*\n)*/gm, '')
    writeFileSync(control, text.replaceAll(from.release, to.release).replaceAll(from.version, to.version))
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort((a, b) => b.length - a.length)) {
      const at = name.lastIndexOf(from.release)
      if (at >= 0 && !name.slice(at).includes('/')) renameSync(join(root, name), join(root, name.slice(0, at) + to.release + name.slice(at + from.release.length)))
    }
    if (piece === 'image') await renameImage(join(root, 'boot', `vmlinuz-${to.release}`), from.release, to.release)
    const target = join(dir, `${piece}.deb`)
    shell('dpkg-deb --build --root-owner-group -Znone "$1" "$2"', root, target)
    rmSync(root, { recursive: true })
    const [name = '', version = '', architecture = ''] = shell('dpkg-deb --show --showformat \'${Package} ${Version} ${Architecture}\' "$1"', target).split(' ')
    made.push(join(dir, `${name}_${version}_${architecture}.deb`))
    renameSync(target, made.at(-1) ?? '')
  }
  return made
}

/**
 * Writes the other name into a bzImage: into its header, and into a copy of the kernel behind its end, which the header then names as the
 * payload. The boot code at its beginning still has the old one; what boots is the unpacked kernel.
 */
async function renameImage(file: string, from: string, to: string): Promise<void> {
  const image = readFileSync(file)
  const kernel = await decompress(createHost(quietLog()), payloadOf(image), `${file}.payload`)
  if (typeof kernel === 'string') throw new Error(kernel)
  renameStrings(kernel, from, to)
  renameStrings(image, from, to)
  const payload = gzipSync(kernel, { level: 1 })
  const setup = ((image.readUInt8(0x1f1) || 4) + 1) * 512
  image.writeUInt32LE(image.length - setup, 0x248)
  image.writeUInt32LE(payload.length, 0x24c)
  writeFileSync(file, Buffer.concat([image, payload]))
}

/** In every C string that holds `from`: a shorter name moves what is behind it, and zeros fill up. */
function renameStrings(data: Buffer, from: string, to: string): void {
  if (to.length > from.length) throw new Error(`${to} is longer than ${from}`)
  for (let at = data.indexOf(from); at >= 0; at = data.indexOf(from, at + 1)) {
    const end = data.indexOf(0, at)
    const text = Buffer.from(data.subarray(at + from.length, end))
    data.fill(0, at, end)
    Buffer.concat([Buffer.from(to), text]).copy(data, at)
  }
}
