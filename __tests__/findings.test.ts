import { readFile, readdir } from 'node:fs/promises'
import { expect, test } from '@jest/globals'

const ID = /\b(?:config|toolchain|build|abi|guest|kernel|tree|host|report|gate|handover)\.[a-z]+(?:-[a-z]+)*/g

/** Ids are written as string literals behind `id:`, or in the tables of causes. */
async function idsInSources(): Promise<Set<string>> {
  const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'))
  const ids = new Set<string>()
  for (const file of files) {
    const text = await readFile(`src/${file}`, 'utf8')
    for (const [, id] of text.matchAll(/\bid: [^\n]*?'([a-z]+\.[a-z-]+)'/g)) if (id !== undefined) ids.add(id)
  }
  return ids
}

test('every finding is documented', async () => {
  const documented = new Set((await readFile('docs/findings.md', 'utf8')).match(ID))
  const ids = await idsInSources()
  expect(ids.size).toBeGreaterThan(50)
  expect([...ids].filter((id) => !documented.has(id))).toEqual([])
})
