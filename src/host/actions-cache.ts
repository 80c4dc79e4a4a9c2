import { isFeatureAvailable, restoreCache, saveCache } from '@actions/cache'
import { writeFileSync } from 'node:fs'

/**
 * A program of its own (see src/cache/worker-cache.ts): one call of @actions/cache. Arguments: `restore` or `save`, the file that gets the answer,
 * the key, the paths. The answer goes to a file, since the package and its tar write to standard output, with text from the service.
 */
const [operation, answerFile = '', key = '', ...paths] = process.argv.slice(2)

/** The service also finds entries whose key only begins with ours; without other keys to fall back on, that is a miss. */
async function has(): Promise<boolean> {
  return (await restoreCache(paths, key, [], { lookupOnly: true })) === key
}

async function restore(): Promise<string> {
  // Asked first, so that an entry that is there and cannot be unpacked is told apart from one that is not there.
  if (!(await has())) return 'absent'
  return (await restoreCache(paths, key)) === key ? 'restored' : 'broken'
}

async function save(): Promise<string> {
  // saveCache() packs everything before it asks whether anybody wants it.
  if (await has()) return 'exists'
  return (await saveCache(paths, key)) >= 0 ? 'saved' : 'not-saved'
}

const answer = !isFeatureAvailable() ? 'unavailable' : operation === 'save' ? await save() : await restore()
writeFileSync(answerFile, answer)
// Connections that are kept for later must not keep the gate waiting.
process.exit(0)
