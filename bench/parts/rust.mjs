import { KEPT, removeRoot } from '../roots.mjs'
import { keepModule, kernelOf, warmRoot, warmRun } from '../warm-root.mjs'
import { floorOf } from './floor.mjs'

/** A kernel with Rust and one without, for a module in C: warm runs and floors of both in turn, in one root. */
export async function withRust({ suite, kernels, runs }) {
  const { root } = await warmRoot(suite, { kernel: kernels[0] })
  try {
    // What the last one has apt install makes the trees of those before it others: only then are they kept for good.
    for (const kernel of kernels) await warmRun(root, kernel)
    const samples = []
    for (const kernel of kernels) {
      await warmRun(root, kernel)
      const found = await kernelOf(root)
      await keepModule(root, found.release)
      // The headers of backports cannot be installed without changing apt's sources; what the gate keeps is made of the very same.
      samples.push({ kernel, found: { ...found, headers: `${KEPT}/work/${found.release}/linux` }, warm: [], floor: [] })
    }
    for (let n = 0; n < runs; n++) {
      for (const { kernel, found, warm, floor } of samples) {
        floor.push(await floorOf(root, found))
        warm.push({ seconds: (await warmRun(root, kernel)).seconds })
      }
    }
    return { suite, kernels: samples.map(({ found, warm, floor }) => ({ release: found.release, warm, floor })) }
  } finally {
    removeRoot(root)
  }
}
