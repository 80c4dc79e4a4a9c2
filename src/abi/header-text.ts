import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProofTarget } from './target.js'

/** Text of the header that debug information names: the file itself, else the one of the same place below include/ in a directory that is known. */
export async function headerText(path: string, { headerDirs, locate = (named) => named }: Pick<ProofTarget, 'headerDirs' | 'locate'>): Promise<string | undefined> {
  const tail = /(?:^|\/)((?:include|arch\/[^/]+\/include)\/.*)$/.exec(path)?.[1]
  for (const candidate of [locate(path), ...(tail === undefined ? [] : headerDirs.map((dir) => join(dir, tail)))]) {
    const text = await readFile(candidate, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}
