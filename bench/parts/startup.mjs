import { inRoot, node, removeRoot, freshRoot } from '../roots.mjs'

/** The launcher's and the action's own start: each ends before it does anything. */
export async function startUp({ runs }) {
  const root = await freshRoot('bookworm')
  try {
    const samples = { bare: [], cli: [], action: [] }
    for (let n = 0; n < runs; n++) {
      samples.bare.push((await inRoot(root, node('-e', '0'))).seconds)
      samples.cli.push((await inRoot(root, node('dist/cli/index.js', '--version'))).seconds)
      samples.action.push((await inRoot(root, ['sh', '-c', `INPUT_BOOT=never ${node('dist/action/index.js').join(' ')} > /dev/null || true`])).seconds)
    }
    return samples
  } finally {
    removeRoot(root)
  }
}
