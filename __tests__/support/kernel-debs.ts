import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { mustInRoot } from './in-root.js'

/** What a kernel's tree is prepared with where all of it is made anew (src/toolchain/table.ts). */
const COMPILED_WITH = ['flex', 'bison', 'bc', 'libelf-dev', 'libssl-dev', 'python3']

/**
 * Image, headers and source packages of a kernel, downloaded by the root's own apt: the gate keeps only what it needs of them. For archives that hold these
 * and nothing else the tools are installed from the root's own. Paths outside the root.
 */
export async function kernelDebs(root: string, { release, version, series }: { readonly release: string; readonly version: string; readonly series: string }): Promise<{ readonly image: string; readonly headers: string; readonly source: string }> {
  const [inside, outside] = ['/var/tmp/kernel-debs', join(root, 'var/tmp/kernel-debs')]
  mkdirSync(outside, { recursive: true })
  await mustInRoot(root, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...COMPILED_WITH], { timeout: 300 })
  const names = [`linux-image-${release}`, `linux-headers-${release}`, `linux-source-${series}`]
  await mustInRoot(root, ['apt-get', '-q', '-o', 'APT::Sandbox::User=root', 'download', ...names.map((name) => `${name}=${version}`)], { timeout: 300, cwd: inside })
  const [image = '', headers = '', source = ''] = names.map((name) => join(outside, readdirSync(outside).find((file) => file.startsWith(`${name}_`)) ?? name))
  return { image, headers, source }
}
