import { cacheDir, find } from '@actions/tool-cache'
import { writeFileSync } from 'node:fs'

/**
 * A program of its own (see src/cache/tool-cache.ts): one call of @actions/tool-cache. Arguments: `find` or `keep`, the file that gets the answer,
 * tool, version, architecture, and the folder to keep. The answer is the path in the tool cache, or nothing.
 */
const [operation, answerFile = '', tool = '', version = '', architecture = '', folder = ''] = process.argv.slice(2)

// Under the caller's lock another run may have kept it by now; cacheDir() would remove what that run is using.
const found = find(tool, version, architecture)
writeFileSync(answerFile, found !== '' || operation === 'find' ? found : await cacheDir(folder, tool, version, architecture))
