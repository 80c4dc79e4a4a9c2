import { readExpression, type Expression } from './expression.js'
import type { Conditional, Definition, KconfigModel, KconfigSymbol, Selector, SymbolType } from './model.js'
import type { Token } from './tokens.js'

/** A menu, an `if` or a choice that is still open: what it asks of everything inside. */
interface Block {
  readonly closedBy: 'endmenu' | 'endif' | 'endchoice'
  readonly depends: Expression[]
  readonly visible: Expression[]
  readonly choice?: number
}

/** A `config` block that is still being read. */
interface Entry {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly around: readonly Block[]
  readonly choice?: number
  readonly depends: Expression[]
  type?: SymbolType
  prompt?: { readonly text: string; readonly condition?: Expression }
  readonly defaults: Conditional<Expression>[]
  readonly selects: Conditional<string>[]
  readonly implies: Conditional<string>[]
  readonly ranges: Conditional<readonly [string, string]>[]
}

type Handler = (builder: KconfigBuilder, tokens: readonly Token[], file: string, line: number) => void

/** Puts a KconfigModel together from lines in the order in which Kconfig reads them. */
export class KconfigBuilder {
  private readonly blocks: Block[] = []
  private readonly entries: Entry[] = []
  private readonly choices: string[][] = []
  /** What attribute lines belong to: a symbol, or the menu or choice just opened. */
  private entry: Entry | undefined
  private block: Block | undefined

  line(tokens: readonly Token[], file: string, line: number): void {
    const keyword = tokens[0]?.kind === 'word' ? tokens[0].text : ''
    KEYWORDS.get(keyword)?.(this, tokens, file, line)
  }

  openSymbol(name: string | undefined, file: string, line: number): void {
    this.block = undefined
    this.entry = undefined
    if (name === undefined) return
    const choice = this.blocks.at(-1)?.choice
    this.entry = {
      name, file, line, around: [...this.blocks], depends: [], defaults: [], selects: [], implies: [], ranges: [],
      ...(choice === undefined ? {} : { choice }),
    }
    this.entries.push(this.entry)
    if (choice !== undefined) this.choices[choice]?.push(name)
  }

  openBlock(closedBy: Block['closedBy'], condition?: Expression): void {
    const choice = closedBy === 'endchoice' ? { choice: this.choices.push([]) - 1 } : {}
    this.entry = undefined
    this.block = { closedBy, depends: condition === undefined ? [] : [condition], visible: [], ...choice }
    this.blocks.push(this.block)
  }

  closeBlock(closedBy: string): void {
    this.block = undefined
    this.entry = undefined
    const open = this.blocks.map((block) => block.closedBy as string).lastIndexOf(closedBy)
    if (open >= 0) this.blocks.length = open
  }

  /** `comment` opens an entry that nothing asks about. */
  openOther(): void {
    this.entry = undefined
    this.block = undefined
  }

  addDepends(condition: Expression | undefined): void {
    if (condition !== undefined) (this.entry ?? this.block)?.depends.push(condition)
  }

  addVisible(condition: Expression | undefined): void {
    if (condition !== undefined) this.block?.visible.push(condition)
  }

  change(update: (entry: Entry) => void): void {
    if (this.entry !== undefined) update(this.entry)
  }

  model(missingFiles: readonly string[]): KconfigModel {
    const symbols = new Map<string, KconfigSymbol>()
    const selectors = new Map<string, Selector[]>()
    for (const entry of this.entries) {
      const known = symbols.get(entry.name)
      symbols.set(entry.name, {
        name: entry.name,
        type: known === undefined || known.type === 'unknown' ? (entry.type ?? 'unknown') : known.type,
        definitions: [...(known?.definitions ?? []), definitionOf(entry)],
      })
      for (const [kind, targets] of [['select', entry.selects], ['imply', entry.implies]] as const) {
        for (const { value, ...condition } of targets) {
          const list = selectors.get(value) ?? []
          selectors.set(value, list)
          list.push({ by: entry.name, kind, ...condition })
        }
      }
    }
    return { symbols, selectors, choices: this.choices, missingFiles }
  }
}

function definitionOf(entry: Entry): Definition {
  const { prompt, choice } = entry
  return {
    file: entry.file,
    line: entry.line,
    depends: [...entry.around.flatMap((block) => block.depends), ...entry.depends],
    ...(prompt === undefined
      ? {}
      : {
          prompt: {
            text: prompt.text,
            conditions: [...entry.around.flatMap((block) => block.visible), ...(prompt.condition === undefined ? [] : [prompt.condition])],
          },
        }),
    defaults: entry.defaults,
    selects: entry.selects,
    implies: entry.implies,
    ranges: entry.ranges,
    ...(choice === undefined ? {} : { choice }),
  }
}

function setType(type: SymbolType): Handler {
  return (builder, tokens) => builder.change((entry) => {
    entry.type ??= type
    if (tokens.length > 1) setPrompt(entry, tokens)
  })
}

function setPrompt(entry: Entry, tokens: readonly Token[]): void {
  entry.prompt = { text: tokens[1]?.text ?? '', ...conditionAt(tokens, 2) }
}

function setDefault(type?: SymbolType): Handler {
  return (builder, tokens) => builder.change((entry) => {
    if (type !== undefined) entry.type ??= type
    const { expression, next } = readExpression(tokens, 1)
    if (expression !== undefined) entry.defaults.push({ value: expression, ...conditionAt(tokens, next) })
  })
}

function addTarget(list: 'selects' | 'implies'): Handler {
  return (builder, tokens) => builder.change((entry) => {
    const target = tokens[1]
    if (target?.kind === 'word') entry[list].push({ value: target.text, ...conditionAt(tokens, 2) })
  })
}

function conditionAt(tokens: readonly Token[], at: number): { readonly condition?: Expression } {
  if (tokens[at]?.text !== 'if') return {}
  const { expression } = readExpression(tokens, at + 1)
  return expression === undefined ? {} : { condition: expression }
}

/** `depends on A if B` (kernels from 6.19 on) asks for A only where B holds: the same as A || !B. */
function dependency(tokens: readonly Token[]): Expression | undefined {
  const { expression, next } = readExpression(tokens, tokens[1]?.text === 'on' ? 2 : 1)
  const { condition } = conditionAt(tokens, next)
  if (expression === undefined || condition === undefined) return expression
  return { kind: 'or', left: expression, right: { kind: 'not', of: condition } }
}

const openSymbol: Handler = (builder, tokens, file, line) => builder.openSymbol(tokens[1]?.text, file, line)

const KEYWORDS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['config', openSymbol],
  ['menuconfig', openSymbol],
  ['menu', (builder) => builder.openBlock('endmenu')],
  ['choice', (builder) => builder.openBlock('endchoice')],
  ['if', (builder, tokens) => builder.openBlock('endif', readExpression(tokens, 1).expression)],
  ['endmenu', (builder) => builder.closeBlock('endmenu')],
  ['endchoice', (builder) => builder.closeBlock('endchoice')],
  ['endif', (builder) => builder.closeBlock('endif')],
  ['comment', (builder) => builder.openOther()],
  ['mainmenu', (builder) => builder.openOther()],
  ['depends', (builder, tokens) => builder.addDepends(dependency(tokens))],
  ['visible', (builder, tokens) => builder.addVisible(conditionAt(tokens, 1).condition)],
  ['bool', setType('bool')],
  ['tristate', setType('tristate')],
  ['string', setType('string')],
  ['int', setType('int')],
  ['hex', setType('hex')],
  ['def_bool', setDefault('bool')],
  ['def_tristate', setDefault('tristate')],
  ['default', setDefault()],
  ['prompt', (builder, tokens) => builder.change((entry) => setPrompt(entry, tokens))],
  ['select', addTarget('selects')],
  ['imply', addTarget('implies')],
  [
    'range',
    (builder, tokens) => builder.change((entry) => {
      const [, low, high] = tokens
      if (low !== undefined && high !== undefined) entry.ranges.push({ value: [low.text, high.text], ...conditionAt(tokens, 3) })
    }),
  ],
])
