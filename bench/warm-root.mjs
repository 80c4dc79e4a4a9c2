import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { OUT, freshRoot, gate, inRoot } from './roots.mjs'

const HELLO = 'examples/hello'
const APT = ['apt-get', 'install', '-q', '-y', '--no-install-recommends']

export const report = (root) => JSON.parse(readFileSync(join(root, OUT, 'report.json'), 'utf8'))
export const stageSeconds = (root) => Object.fromEntries(report(root).stages.map(({ stage, seconds }) => [stage, seconds]))

/** Files of the kernel that was checked last, by paths inside of the root. */
export async function kernelOf(root) {
  const { target } = report(root)
  const kit = `/root/.cache/kmod-gate/kits/${target.release}_${target.packageVersion}`
  const vmlinux = `/root/vmlinux-${target.release}`
  await inRoot(root, ['zstd', '-q', '-d', '-f', `${kit}/vmlinux.zst`, '-o', vmlinux])
  const sources = readdirSync(join(root, 'usr/src')).filter((name) => name === `linux-headers-${target.release}`)
  return { ...target, vmlinux, headers: sources.length === 0 ? undefined : `/usr/src/${sources[0]}` }
}

/**
 * A root in which the gate has checked examples/hello for that kernel, so that all is installed and kept. The first run is measured: it is the cold one.
 * `more`: packages that other ways need; they change what the gate's kept tree is named by, so it runs once more behind them.
 */
export async function warmRoot(suite, { kernel = 'default', more = () => [] } = {}) {
  const root = await freshRoot(suite)
  const cold = { ...(await inRoot(root, gate(HELLO, '--kernel', kernel))), stages: stageSeconds(root) }
  const packages = more(report(root).target)
  if (packages.length > 0) {
    await inRoot(root, [...APT, ...packages])
    await inRoot(root, gate(HELLO, '--kernel', kernel))
  }
  return { root, cold, kernel: await kernelOf(root) }
}

/** The gate again, on the machine as the run before left it. */
export async function warmRun(root, kernel = 'default') {
  const ended = await inRoot(root, gate(HELLO, '--kernel', kernel))
  return { ...ended, stages: stageSeconds(root) }
}

/** The module of the last build, kept where no later run removes it; a path inside the root. */
export async function keepModule(root, release) {
  const file = `/root/${release}/hello.ko`
  if (!existsSync(join(root, file))) await inRoot(root, ['install', '-D', `${OUT}/modules/hello.ko`, file])
  return file
}
