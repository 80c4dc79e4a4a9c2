import { readFile, readdir } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { CAUSES } from '../../src/diagnosis/causes/table.js'
import { diagnose } from '../../src/diagnosis/diagnose.js'

interface Expected {
  readonly source: 'kernelLog' | 'insmod' | 'buildLog'
  readonly diagnoses: readonly { readonly cause: string }[]
}

const FIXTURES = '__tests__/fixtures/diagnosis'
const cases = await Promise.all(
  (await readdir(FIXTURES)).map(async (name) => ({
    name,
    log: await readFile(`${FIXTURES}/${name}/log`, 'utf8'),
    expected: JSON.parse(await readFile(`${FIXTURES}/${name}/expected.json`, 'utf8')) as Expected,
  })),
)

test.each(cases)('$name', ({ log, expected: { source, diagnoses } }) => {
  const found = diagnose({ [source]: log }).map(({ cause, title, symbol, change, place }) => ({ cause, title, ...(symbol !== undefined && { symbol }), ...(change !== undefined && { change }), ...(place !== undefined && { place }) }))
  expect(found).toEqual(diagnoses)
})

test('every cause has a log that shows it', () => {
  const shown = new Set(cases.flatMap(({ expected }) => expected.diagnoses.map(({ cause }) => cause)))
  expect(CAUSES.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([])
})

test('every cause has its paragraph, in the order of the table, and every paragraph its cause', async () => {
  const text = await readFile('docs/causes.md', 'utf8')
  const headings = [...text.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)
  const ordered = (stage: string) => CAUSES.filter((cause) => cause.stage === stage).map(({ id }) => id)
  expect(headings).toEqual([...ordered('boot'), ...ordered('build')])
  for (const paragraph of text.split(/^### /m).slice(1)) expect(paragraph.length).toBeGreaterThan(100)
})

describe('the table', () => {
  const patterns = CAUSES.flatMap((cause) => [...(cause.kernel ?? []), ...(cause.loader ?? []), ...(cause.compiler ?? []), ...(cause.build ?? [])].map((pattern) => ({ cause: cause.id, pattern })))

  test('ids are the names of headings, each once', () => {
    const ids = CAUSES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, stage } of CAUSES) expect(id).toMatch(stage === 'boot' ? /^load-[a-z0-9-]+$/ : /^build-[a-z0-9-]+$/)
  })

  test('all patterns are anchored, and keep no state', () => {
    for (const { cause, pattern } of patterns) expect([cause, pattern.source.startsWith('^'), pattern.global || pattern.sticky]).toEqual([cause, true, false])
  })

  test('no pattern takes long on lines made to be hard', () => {
    const hard = ['a', ' ', "'", '(', ':', '/', '-', 'make: *** ', 'x: ', 'error: ', '0', '[', '`'].flatMap((unit) => [unit.repeat(1000 / unit.length), `acme: ${unit.repeat(990 / unit.length)}`, `ERROR: modpost: ${unit.repeat(900 / unit.length)}`])
    for (const { cause, pattern } of patterns) {
      const began = performance.now()
      for (const line of hard) pattern.test(line)
      expect([cause, performance.now() - began < 1000]).toEqual([cause, true])
    }
  })
})

test('texts of several sources are told together, and what only repeats is left out', () => {
  const found = diagnose({
    kernelLog: '[ 1.5] module: x86/modules: Skipping invalid relocation target, existing value is nonzero for type 1, loc 000000006b57c776, val ffffffffc0201000\n',
    insmod: "insmod: can't insert '/modules/abi_hello.ko': invalid module format",
    facts: { release: '6.1.0-56-amd64' },
  })
  expect(found.map(({ cause }) => cause)).toEqual(['load-relocation-target'])
  expect(found[0]?.remedy).toContain('6.1.0-56-amd64')
  expect(found[0]?.doc).toBe('docs/causes.md#load-relocation-target')
})

test('without a reason in the log, the loader’s answer is what is told', () => {
  const found = diagnose({ kernelLog: 'nothing of interest', insmod: 'insmod: ERROR: could not insert module a.ko: Invalid module format' })
  expect(found.map(({ cause, weight }) => [cause, weight])).toEqual([['load-invalid-format', 'general']])
})

test('the compiler that built the kernel is named where another does not know its flags', () => {
  const [found] = diagnose({ buildLog: "gcc: error: unrecognized command-line option '-fmin-function-alignment=16'", facts: { compiler: 'gcc-14' } })
  expect(found?.remedy).toContain('make CC=gcc-14')
})

test('a line that comes a thousand times is told once, with few of its lines', () => {
  const [found, ...others] = diagnose({ kernelLog: Array.from({ length: 1000 }, (_, i) => `[ ${i}.000001] acme: Unknown symbol acme_core (err -2)`).join('\n') })
  expect(others).toEqual([])
  expect(found?.evidence).toHaveLength(5)
})

test('a hundred unknown symbols make eight diagnoses', () => {
  const found = diagnose({ kernelLog: Array.from({ length: 100 }, (_, i) => `acme: Unknown symbol acme_${i} (err -2)`).join('\n') })
  expect(found).toHaveLength(8)
})

test('twenty megabytes are read in seconds, whatever they hold', () => {
  const lines = ['/src/a.c:1:2: error: \u2018', 'make[1]: *** [', 'x'.repeat(5000), `acme: ${'Unknown symbol '.repeat(200)}`, '\u001b[31m'.repeat(500)].join('\n')
  const text = `${lines}\n`.repeat(Math.ceil((20 << 20) / lines.length))
  const began = performance.now()
  diagnose({ kernelLog: text, buildLog: text })
  expect(performance.now() - began).toBeLessThan(20_000)
})
