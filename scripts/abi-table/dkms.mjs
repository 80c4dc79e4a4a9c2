// Third-party drivers by other people, from Debian's *-dkms packages: the proof must find nothing wrong with any of them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unpack } from './kernels.mjs'
import { inRoot, tryInRoot } from './root.mjs'

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'dkms.sh')
/** Seconds for the largest of them on two slow cores. */
const DEADLINE = 900

/** Packages without `-dkms`; a suite has most of them. */
export const PACKAGES = ['acpi-call', 'bbswitch', 'ddcci', 'digimend', 'dm-writeboost', 'evdi', 'jool', 'lime-forensics', 'tp-smapi', 'v4l2loopback', 'vhba', 'xtables-addons']

/** Those of the packages that the suite has. */
export async function packagesOf(kernel) {
  const names = new Set((await inRoot(kernel.root, '/', ['apt-cache', 'pkgnames'], { seconds: 60 })).split('\n'))
  return PACKAGES.filter((name) => names.has(`${name}-dkms`))
}

/** `{ version, files }` of a package built for the kernel, or `{ version, failed }`: the last lines of a build that did not go through. */
export async function buildPackage(kernel, name) {
  const { root, release } = kernel
  const version = await unpack(root, [`${name}-dkms`], /^$/)
  const inside = `/var/tmp/abi/dkms/${kernel.id}/${name}`
  const dir = join(root.dir, inside)
  const done = join(dir, '.done')
  const key = JSON.stringify([release, kernel.version, version, readFileSync(SCRIPT, 'utf8')])
  if (!existsSync(done) || JSON.parse(readFileSync(done, 'utf8')).key !== key) {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    copyFileSync(SCRIPT, join(dir, 'dkms.sh'))
    const source = (await inRoot(root, '/', ['sh', '-c', `cat /var/lib/abi-table.d/${name}-dkms.list | sed -n 's,^\\./,/,; s,/dkms.conf$,,p' | head -n 1`], { seconds: 60 })).trim()
    const made = await tryInRoot(root, inside, ['bash', `${inside}/dkms.sh`, release, source], { seconds: DEADLINE })
    writeFileSync(join(dir, 'build.log'), made.stdout + made.stderr)
    const build = await inRoot(root, '/', ['sh', '-c', `cd "$1" && . ./dkms.conf > /dev/null 2>&1; echo "/var/lib/dkms/$PACKAGE_NAME/$PACKAGE_VERSION/build"`, 'name', source], { seconds: 60 })
    const files = made.status === 0 ? collect(join(root.dir, build.trim()), dir) : []
    writeFileSync(done, JSON.stringify({ key, status: made.status, files }))
  }
  const { status, files } = JSON.parse(readFileSync(done, 'utf8'))
  if (status !== 0 || files.length === 0) return { version, failed: reason(readFileSync(join(dir, 'build.log'), 'utf8')) }
  return { version, files: files.map((file) => join(dir, file)) }
}

/** Copies what was built out of the build directory; names in order. */
function collect(from, to) {
  const found = readdirSync(from, { recursive: true }).filter((file) => file.endsWith('.ko')).sort()
  return found.map((file) => {
    const name = file.replace(/^.*\//, '')
    copyFileSync(join(from, file), join(to, name))
    return name
  })
}

function reason(log) {
  return log.split('\n').find((line) => /\berror:|Error \d|No such file|not found/i.test(line))?.trim() ?? 'no module was made'
}
