import { freshRoot, inRoot, removeRoot } from '../roots.mjs'
import { keepModule, warmRoot, warmRun } from '../warm-root.mjs'
import { floorOf } from './floor.mjs'

/** Seconds of each step of the recipe, from the times that it prints. */
function recipeStages(text) {
  const marks = [...text.matchAll(/^recipe: (\d+\.\d+) (\w+)$/gm)].map(([, at, step]) => ({ at: Number(at), step }))
  return Object.fromEntries(marks.slice(0, -1).map(({ at, step }, i) => [step, marks[i + 1].at - at]))
}

/** The recipe, a cold run, and warm runs beside their floor, for examples/hello on the suite's default kernel. */
export async function speed(suite, { runs, recipe }) {
  const samples = { suite, recipe: [], cold: [], warm: [], floor: [] }
  if (recipe) {
    const root = await freshRoot(suite)
    try {
      const ended = await inRoot(root, ['sh', 'bench/recipe.sh', 'hello', 'examples/hello'])
      samples.recipe.push({ seconds: ended.seconds, peakMiB: ended.peakMiB, stages: recipeStages(ended.marks) })
    } finally {
      removeRoot(root)
    }
  }
  const { root, cold, kernel } = await warmRoot(suite, { more: ({ headers }) => [`${headers.name}=${headers.version}`] })
  try {
    samples.release = kernel.release
    samples.cold.push({ seconds: cold.seconds, peakMiB: cold.peakMiB, stages: cold.stages })
    await keepModule(root, kernel.release)
    for (let n = 0; n < runs; n++) {
      samples.floor.push(await floorOf(root, kernel))
      const warm = await warmRun(root)
      samples.warm.push({ seconds: warm.seconds, peakMiB: warm.peakMiB, stages: warm.stages })
    }
    return samples
  } finally {
    removeRoot(root)
  }
}
