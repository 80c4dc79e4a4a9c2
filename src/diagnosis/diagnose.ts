import { changeOf, changeOfCallback } from './api-changes.js'
import type { Cause, Facts, Groups } from './causes/cause.js'
import { CAUSES } from './causes/table.js'
import { type Diagnosis, type Evidence, docOf } from './diagnosis.js'
import { type Line, compilerMessage, kernelMessage, linesOf, loaderMessage } from './lines.js'

type Source = 'kernel' | 'loader' | 'compiler' | 'build'

/** Lines that one diagnosis shows. */
const MOST_EVIDENCE = 5
/** Diagnoses of one cause, and of all: who has a hundred unknown symbols needs no list of them here. */
const MOST_OF_A_CAUSE = 8
const MOST = 60

interface Rows {
  readonly any: RegExp
  readonly rows: readonly { readonly cause: Cause; readonly pattern: RegExp }[]
}

const TABLES: Readonly<Record<Source, Rows>> = { kernel: rowsOf('kernel'), loader: rowsOf('loader'), compiler: rowsOf('compiler'), build: rowsOf('build') }

function rowsOf(source: Source): Rows {
  const rows = CAUSES.flatMap((cause) => (cause[source] ?? []).map((pattern) => ({ cause, pattern })))
  // One test for each line instead of one for each row. A name of a group may stand only once in an expression.
  return { rows, any: new RegExp(rows.map(({ pattern }) => `(?:${pattern.source.replace(/\(\?<\w+>/g, '(?:')})`).join('|'), 'i') }
}

/** Rows that have matched so far, with their modules. */
type Before = Set<string>

function find(source: Source, message: string, before: Before, warning = false): { readonly cause: Cause; readonly groups: Groups } | undefined {
  const { any, rows } = TABLES[source]
  if (!any.test(message)) return undefined
  for (const { cause, pattern } of rows) {
    if (warning && cause.errorsOnly === true) continue
    const match = pattern.exec(message)
    if (match === null) continue
    const groups: Groups = match.groups ?? {}
    if (cause.after !== undefined && !before.has(`${cause.after} ${groups['module'] ?? ''}`)) continue
    if (groups['module'] !== undefined) before.add(`${cause.id} ${groups['module']}`)
    return { cause, groups }
  }
  return undefined
}

/**
 * Causes of a refused load or a failed build, in the order of the texts: kernel log, loading program, build log; each once, with its lines.
 * What only says that something failed (`general`) is left out where its reason was found. Time grows with the length of the texts, not faster.
 */
export function diagnose(evidence: Evidence): Diagnosis[] {
  const found = new Map<string, Open>()
  const facts = evidence.facts ?? {}
  const before: Before = new Set()
  for (const line of linesOf(evidence.kernelLog ?? '')) add(found, line, find('kernel', kernelMessage(line.message), before), facts)
  for (const line of linesOf(evidence.insmod ?? '')) add(found, line, find('loader', loaderMessage(line.message) ?? line.message, before), facts)
  for (const line of linesOf(evidence.buildLog ?? '')) {
    const message = compilerMessage(line.message)
    const told = message === undefined ? undefined : find('compiler', message.text, before, message.kind === 'warning')
    add(found, line, told ?? find('build', line.message, before), facts, told === undefined ? undefined : message)
  }
  return choose([...found.values()].map(({ diagnosis, lines, yields }) => ({ diagnosis: { ...diagnosis, evidence: lines }, yields })))
}

interface Open {
  readonly diagnosis: Omit<Diagnosis, 'evidence'>
  readonly lines: string[]
  readonly yields: boolean
}

function add(found: Map<string, Open>, line: Line, match: ReturnType<typeof find>, facts: Facts, message?: ReturnType<typeof compilerMessage>): void {
  if (match === undefined) return
  const { cause, groups } = match
  const title = cause.title(groups)
  const key = `${cause.id}\n${title}`
  const known = found.get(key)
  if (known !== undefined) {
    if (known.lines.length < MOST_EVIDENCE && !known.lines.includes(line.raw)) known.lines.push(line.raw)
    return
  }
  if (found.size >= 4 * MOST) return
  const symbol = cause.symbol === undefined ? undefined : groups[cause.symbol]
  const expected = groups['expected']
  const change = symbol !== undefined ? changeOf(symbol, groups['struct']) : expected === undefined ? undefined : changeOfCallback(expected)
  found.set(key, {
    lines: [line.raw],
    yields: cause.yields === true,
    diagnosis: {
      cause: cause.id,
      stage: cause.stage,
      weight: cause.weight,
      title,
      explanation: cause.explanation,
      remedy: cause.remedy(groups, facts),
      doc: docOf(cause.id),
      ...(symbol !== undefined && { symbol }),
      ...(change !== undefined && { change }),
      ...(message?.file !== undefined && { place: { file: message.file, ...(message.line !== undefined && { line: message.line }), ...(message.column !== undefined && { column: message.column }) } }),
    },
  })
}

/** Causes first, then what is harmless; general answers only where nothing better is known of the same stage. */
function choose(all: readonly { readonly diagnosis: Diagnosis; readonly yields: boolean }[]): Diagnosis[] {
  const explained = new Set(all.filter(({ diagnosis }) => diagnosis.weight === 'cause').map(({ diagnosis }) => diagnosis.stage))
  const counts = new Map<string, number>()
  const firm = new Set(all.filter(({ yields }) => !yields).map(({ diagnosis }) => diagnosis.symbol))
  const kept = all.flatMap(({ diagnosis, yields }) => {
    const { weight, stage, cause, symbol } = diagnosis
    if (weight === 'general' && explained.has(stage)) return []
    if (yields && symbol !== undefined && firm.has(symbol)) return []
    const count = (counts.get(cause) ?? 0) + 1
    counts.set(cause, count)
    return count <= MOST_OF_A_CAUSE ? [diagnosis] : []
  })
  return [...kept.filter(({ weight }) => weight !== 'harmless'), ...kept.filter(({ weight }) => weight === 'harmless')].slice(0, MOST)
}
