import { OUT, gate, inRoot, removeRoot } from '../roots.mjs'
import { keepModule, report, warmRoot, warmRun } from '../warm-root.mjs'

/** How often each of many kernels is checked again, right after itself. */
const AGAIN = 2

const SCENARIO = ['--test', 'grep -q hello /proc/modules', '--reloads', '3', '--abi', 'off']

/** From QEMU's start to the verdict, with load, test and three cycles, and virtme-ng on the same kernel. */
export async function bootToVerdict({ suite, kernel, virtme, runs }) {
  // A test wants kmod, and each package that comes makes the kept tree another one: it comes before anything is measured.
  const more = ({ image }) => ['kmod', ...(virtme ? ['virtme-ng', ...image.map(({ name, version }) => `${name}=${version}`)] : [])]
  const { root, kernel: { release } } = await warmRoot(suite, { kernel, more })
  const samples = { suite, release, boot: [], virtme: [], warm: [] }
  try {
    const module = await keepModule(root, release)
    for (let n = 0; n < runs; n++) {
      samples.warm.push((await warmRun(root, kernel)).seconds)
      const { peakMiB } = await inRoot(root, gate('--modules', module, '--kernel', kernel, ...SCENARIO))
      samples.boot.push({ seconds: report(root).stages.find(({ stage }) => stage === 'boot').seconds, guest: report(root).guest.seconds, peakMiB })
      if (virtme && n < 2) samples.virtme.push((await inRoot(root, ['sh', 'bench/virtme.sh', release, module])).seconds)
    }
    return samples
  } finally {
    removeRoot(root)
  }
}

/** Many kernels one after the other, all of whose tools are there: what all of them take, and what each takes right after itself. */
export async function manyKernels({ suite, count }) {
  const { root } = await warmRoot(suite)
  try {
    const releases = await inRoot(root, ['sh', '-c', `dist=$(node dist/cli/index.js check examples/hello --kernel 0.0.1-amd64 --output-dir ${OUT} 2>&1); printf '%s\\n' "$dist" | sed -n 's/.*These would work: \\([^.]*\\..*\\)\\.$/works: \\1/p'`])
    const known = (/works: (.*)/.exec(releases.tail)?.[1] ?? '').split(/, | and /).filter((name) => /^\d\S*-amd64$/.test(name) && !/-rt-|more/.test(name)).slice(0, count)
    // Twice: what one of them has apt install makes the trees of those before it others, since all that is installed is in their fingerprint.
    for (let n = 0; n < 2; n++) for (const release of known) await warmRun(root, release)
    const [one, peaks] = [[], []]
    for (const release of known) {
      const { seconds, peakMiB } = await warmRun(root, release)
      one.push(seconds)
      peaks.push(peakMiB)
    }
    const again = []
    for (const release of known) {
      await warmRun(root, release)
      const samples = []
      for (let n = 0; n < AGAIN; n++) samples.push((await warmRun(root, release)).seconds)
      again.push(samples)
    }
    const disk = await inRoot(root, ['sh', '-c', 'du -sm --total /root/.cache/kmod-gate/*/ | sed "s/^/disk: /"'])
    return { suite, releases: known, seconds: one, again, peaks, disk: [...disk.tail.matchAll(/disk: (\d+)\s+(\S+)/g)].map(([, mb, path]) => ({ path, mb: Number(mb) })) }
  } finally {
    removeRoot(root)
  }
}
