// A root with dkms, the kernel's headers and the gate in it.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inRoot, prepareRoot } from '../abi-table/root.mjs'

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const TOOLS = ['dkms', 'build-essential', 'pahole', 'libelf-dev', 'bc', 'kmod', 'xz-utils']
/** Where the gate lies in the root. */
export const GATE = '/srv/kmod-gate'
export const NODE = '/srv/node'

/** Installed, the headers of Debian 13 would bring the image: they are unpacked. */
const HEADERS = `mkdir -p /var/tmp/h && cd /var/tmp/h
release=$(apt-cache depends linux-headers-amd64 | sed -n 's/.*Depends: linux-headers-//p' | head -n 1)
apt-get download -qq linux-headers-$release $(apt-cache depends linux-headers-$release | sed -nE 's/.*Depends: (linux-(headers|kbuild)-[^ ]*)$/\\1/p') > /dev/null 2>&1
for package in *.deb; do dpkg-deb -x $package x; done
cp -a x/usr/. /usr; if [ -d x/lib ]; then cp -a x/lib/. /lib/; fi
rm -rf /var/tmp/h; echo $release > /var/tmp/release`

/** `{ root, release, version }`: the newest kernel of the suite, and the package version of its dkms. */
export async function prepareGround(cache, suite) {
  const root = await prepareRoot(cache, { suite, backports: false, packages: TOOLS })
  if (!existsSync(join(root.dir, 'var/tmp/release'))) await inRoot(root, '/', ['sh', '-ec', HEADERS], { seconds: 600 })
  const gate = join(root.dir, GATE)
  rmSync(gate, { recursive: true, force: true })
  mkdirSync(gate, { recursive: true })
  for (const part of ['dist', 'package.json']) cpSync(join(PROJECT, part), join(gate, part), { recursive: true })
  cpSync(join(PROJECT, 'node_modules/node/bin/node'), join(root.dir, NODE), { dereference: true })
  // apt's default would ask for a terminal.
  writeFileSync(join(root.dir, 'etc/apt/apt.conf.d/90-kmod-gate-table'), 'Dpkg::Use-Pty "0";\n')
  const release = (await inRoot(root, '/', ['cat', '/var/tmp/release'], { seconds: 30 })).trim()
  const version = await inRoot(root, '/', ['dpkg-query', '-W', '-f', '${Version}', 'dkms'], { seconds: 30 })
  return { root, suite, release, version }
}
