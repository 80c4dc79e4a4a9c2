import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Host } from '../host/host.js'
import type { Diagnosis } from './diagnosis.js'

/** How a kernel tree declares something. */
export interface Declaration {
  /** Relative to the tree, or to the directory that the tree takes it from. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** On one line, cut after LONGEST characters. */
  readonly text: string
}

/** A kernel tree, and the directory below arch/ of the architecture that modules are built for in it. */
export interface HeaderTree {
  readonly treeDir: string
  readonly srcarch: string
}

/** Seconds for one look through the headers (some 5,000 files, 60 MB). */
const SECONDS = 10
/** Characters of a declaration. */
const LONGEST = 400
/** Lines that a declaration may take. */
const MOST_LINES = 40
/** Places that are looked at closer. */
const MOST_PLACES = 60

const NAME = /^(?:(?:struct|union|enum) )?[A-Za-z_]\w{0,199}$/

/** Where headers of a tree lie. Debian's headers are two directories, of which the first one's Makefile includes the other's. */
async function treeDirs(treeDir: string): Promise<string[]> {
  const makefile = await readFile(join(treeDir, 'Makefile'), 'utf8').catch(() => '')
  const other = /^include (\/\S+)\/Makefile$/m.exec(makefile.slice(0, 1000))?.[1]
  return [treeDir, ...(other === undefined ? [] : [other])]
}

/**
 * The declaration of a function, macro, struct or typedef in a kernel tree's headers as it is now; undefined when there is none.
 * The headers are searched by grep, since reading them here would take seconds.
 */
export async function currentDeclaration(host: Host, { treeDir, srcarch }: HeaderTree, symbol: string): Promise<Declaration | undefined> {
  if (!NAME.test(symbol)) return undefined
  const trees = await treeDirs(treeDir)
  const dirs = trees.flatMap((dir) => ['include', `arch/${srcarch}/include`].map((below) => join(dir, below)))
  // -s: not every tree has all directories. Users' copies come last, since modules include the kernel's own.
  const grep = await host.run({ program: 'grep', args: ['-rnwsF', '--include=*.h', '-m', '20', '-e', symbol, '--', ...dirs], seconds: SECONDS })
  const places = grep.stdout.split('\n').flatMap((hit) => {
    const [, file, line, text] = /^([^:]+):(\d{1,7}):(.*)$/.exec(hit) ?? []
    return file === undefined || text === undefined ? [] : [{ file, line: Number(line), rank: rankOf(symbol, text.slice(0, 1000), file) }]
  })
  for (const { file, line } of places.filter(({ rank }) => rank > 0).sort((a, b) => b.rank - a.rank).slice(0, MOST_PLACES)) {
    const text = declarationAt(await readFile(file, 'utf8').catch(() => ''), line, symbol)
    if (text !== undefined) return { file: relative(trees.find((dir) => file.startsWith(`${dir}/`)) ?? treeDir, file), line, text }
  }
  return undefined
}

/** How much a line looks like a declaration; 0 when it does not. */
function rankOf(symbol: string, line: string, file: string): number {
  if (/^\s*(?:\*|\/\*|\/\/|return\b)/.test(line)) return 0
  const common = file.includes('/include/linux/') ? 2 : file.includes('/uapi/') || file.includes('/tools/') ? 0 : 1
  const composite = /^(?:struct|union|enum) /.test(symbol)
  if (composite) return new RegExp(`^\\s*(?:typedef )?${symbol}\\s*(?:\\{|$)`).test(line) ? 10 + common : 0
  if (new RegExp(`^\\s*#\\s*define\\s+${symbol}\\b`).test(line)) return 8 + common
  // A type in front, and not a call: those are indented in headers' inline functions.
  if (new RegExp(`^[A-Za-z_].*\\b${symbol}\\s*\\(`).test(line) || new RegExp(`^\\*?${symbol}\\s*\\(`).test(line)) return 10 + common
  if (new RegExp(`^(?:extern|typedef)\\b.*\\b${symbol}(?:\\)\\s*\\(|\\s*(?:\\[|;|$))`).test(line)) return 6 + common
  return new RegExp(`^\\s+${symbol}\\s*(?:=|,|$)`).test(line) ? 2 + common : 0
}

/** The declaration that stands at a line of a header, joined to one line, without the body of an inline function; for a struct only its head. Exported for tests. */
export function declarationAt(text: string, line: number, symbol: string): string | undefined {
  const lines = text.split('\n').slice(Math.max(0, line - 2), line - 1 + MOST_LINES)
  const [before = '', first = '', ...rest] = line >= 2 ? lines : ['', ...lines]
  if (!first.includes(symbol)) return undefined
  if (/^\s*#/.test(first)) return cut(joined(continued([first, ...rest])))
  const parts: string[] = []
  // The type may stand on the line before.
  if (new RegExp(`^\\*?${symbol}\\s*\\(`).test(first)) {
    // Without a type it is the use of a macro.
    if (!/^[A-Za-z_][\w\s*()]*$/.test(before)) return undefined
    parts.push(before)
  }
  let depth = 0
  for (const part of [first, ...rest]) {
    const code = part.replace(/\/\*.*?\*\//g, ' ').replace(/\/\/.*$/, '')
    for (let at = 0; at < code.length; at++) {
      const character = code[at]
      if (character === '(') depth++
      else if (character === ')') depth--
      else if (depth === 0 && (character === ';' || character === '{')) return cut(joined([...parts, code.slice(0, at + (character === ';' ? 1 : 0))]))
    }
    parts.push(code)
    if (/,\s*$/.test(code) && depth === 0) return cut(joined(parts))
  }
  return undefined
}

/** A macro's lines, up to the first without a backslash at its end. */
function continued(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => !/\\\s*$/.test(line))
  return lines.slice(0, end < 0 ? lines.length : end + 1).map((line) => line.replace(/\\\s*$/, ''))
}

function joined(parts: readonly string[]): string {
  return parts.join(' ').replace(/\s+/g, ' ').trim()
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** Symbols of one run that are looked up at most. */
const MOST_SYMBOLS = 12

/** What is found of a thing that is gone is for user space, or another thing of that name. */
function isGone(change: string | undefined): boolean {
  return change !== undefined && / is gone since /.test(change)
}

/** The same diagnoses, those about the kernel's interface with the declaration that this tree has now. */
export async function withDeclarations(host: Host, tree: HeaderTree, diagnoses: readonly Diagnosis[]): Promise<Diagnosis[]> {
  const wanted = [...new Set(diagnoses.flatMap(({ stage, symbol, change }) => (stage === 'build' && symbol !== undefined && NAME.test(symbol) && !isGone(change) ? [symbol] : [])))].slice(0, MOST_SYMBOLS)
  const known = new Map<string, Declaration>()
  for (const symbol of wanted) {
    const found = await currentDeclaration(host, tree, symbol)
    if (found !== undefined) known.set(symbol, found)
  }
  return diagnoses.map((diagnosis) => {
    const declaration = diagnosis.symbol === undefined || diagnosis.stage !== 'build' ? undefined : known.get(diagnosis.symbol)
    return declaration === undefined ? diagnosis : { ...diagnosis, declaration }
  })
}
