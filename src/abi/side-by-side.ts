import type { BtfComposite, BtfEnum, BtfMember } from '../btf/types.js'
import { typeName } from '../btf/format.js'
import { bitsOf, sameMember, type Types } from './layout.js'
import type { Difference } from './compare.js'

/** Lines of unchanged members that are kept around a change. */
const CONTEXT = 2
/** Lines that a table may have: a struct that differs from its first member on is not clearer for being shown whole. */
const LIMIT = 24
const WIDTH = 44

interface Row {
  /** `>`: the same member at another place. */
  readonly mark: ' ' | '-' | '+' | '!' | '>'
  readonly kernel: string
  readonly module: string
  /** Bits that the module's place is behind the kernel's; 0 for all but moved members. */
  readonly moved: number
}

/** `848 (0x350)` */
export const place = (bytes: number): string => `${bytes} (0x${bytes.toString(16)})`

/**
 * Kernel on the left, module on the right, only what is around the differences. `!` other, `-` not in the module, `+` not in the kernel,
 * `>` the same elsewhere; of those that moved together only the first is shown.
 */
export function sideBySide(difference: Difference): string {
  const ours = difference.module.types.type(difference.module.id)
  const theirs = difference.kernel.types.type(difference.kernel.id)
  const rows =
    'members' in ours && 'members' in theirs
      ? memberRows(difference.kernel.types, theirs, difference.module.types, ours)
      : 'values' in ours && 'values' in theirs
        ? valueRows(theirs, ours)
        : []
  const sizes = `${'kernel: '.padStart(10)}${'size' in theirs ? `${theirs.size} bytes` : ''}`
  const heading = `${sizes.padEnd(WIDTH + 2)}| module: ${'size' in ours ? `${ours.size} bytes` : ''}`
  return [heading, ...around(rows)].join('\n')
}

function around(rows: readonly Row[]): string[] {
  const wanted = new Set<number>()
  rows.forEach(({ mark, moved }, i) => {
    if (mark === '>' ? moved !== rows[i - 1]?.moved : mark !== ' ') for (let near = Math.max(0, i - CONTEXT); near <= Math.min(rows.length - 1, i + CONTEXT); near++) wanted.add(near)
  })
  const lines: string[] = []
  let last = -1
  for (const i of wanted) {
    const row = rows[i]
    if (row === undefined) continue
    if (lines.length >= LIMIT) {
      lines.push(`  … and ${[...wanted].filter((index) => index >= i).length} lines more`)
      return lines
    }
    if (i !== last + 1) lines.push(left(rows.slice(last + 1, i)))
    lines.push(`${row.mark} ${row.kernel.padEnd(WIDTH)}| ${row.module}`.trimEnd())
    last = i
  }
  if (last + 1 < rows.length) lines.push(left(rows.slice(last + 1)))
  return lines
}

/** What stands for rows that are not shown. */
function left(rows: readonly Row[]): string {
  const moved = rows.filter(({ mark }) => mark === '>')
  const [first] = moved
  if (first === undefined) return '  …'
  const bytes = Math.abs(first.moved) / 8
  return `  … ${moved.length} more ${moved.length === 1 ? 'member' : 'members'} ${bytes} ${bytes === 1 ? 'byte' : 'bytes'} ${first.moved < 0 ? 'before' : 'behind'} the kernel’s place`
}

function memberRows(kernelTypes: Types, theirs: BtfComposite, types: Types, ours: BtfComposite): Row[] {
  const show = (of: Types, member: BtfMember): string => {
    const bits = bitsOf(of, member)
    const at = String(Math.floor(member.bitOffset / 8)).padStart(5)
    const field = bits > 0 ? `${member.bitOffset % 8 === 0 ? '' : `.${member.bitOffset % 8}`} ${member.name}:${bits}` : ` ${member.name === '' ? '(anonymous)' : member.name}`
    return `${at}${field}  ${typeName(of, member.type)}`.slice(0, WIDTH - 1)
  }
  return paired(theirs.members, ours.members).map(([left, right]) => ({
    mark: right === undefined ? '-' : left === undefined ? '+' : sameMember(types, right, kernelTypes, left) ? ' ' : sameMember(types, { ...right, bitOffset: left.bitOffset }, kernelTypes, left) ? '>' : '!',
    kernel: left === undefined ? '' : show(kernelTypes, left),
    module: right === undefined ? '' : show(types, right),
    moved: right === undefined || left === undefined ? 0 : right.bitOffset - left.bitOffset,
  }))
}

function valueRows(theirs: BtfEnum, ours: BtfEnum): Row[] {
  return paired(theirs.values, ours.values).map(([left, right]) => ({
    mark: right === undefined ? '-' : left === undefined ? '+' : BigInt.asUintN(64, left.value) === BigInt.asUintN(64, right.value) ? ' ' : '!',
    kernel: left === undefined ? '' : `${left.name} = ${left.value}`,
    module: right === undefined ? '' : `${right.name} = ${right.value}`,
    moved: 0,
  }))
}

/** Pairs by name in the kernel's order; what only one side has stands alone. Anonymous members are paired in their order. */
function paired<T extends { readonly name: string }>(left: readonly T[], right: readonly T[]): [T | undefined, T | undefined][] {
  const named = (items: readonly T[]): Map<string, T> => {
    let anonymous = 0
    return new Map(items.map((item) => [item.name === '' ? `#${anonymous++}` : item.name, item]))
  }
  const [lefts, rights] = [named(left), named(right)]
  const pairs: [T | undefined, T | undefined][] = []
  const waiting = [...rights.keys()]
  let at = 0
  for (const [name, item] of lefts) {
    if (!rights.has(name)) {
      pairs.push([item, undefined])
      continue
    }
    for (; at < waiting.length && waiting[at] !== name; at++) {
      const only = waiting[at]
      if (only !== undefined && !lefts.has(only)) pairs.push([undefined, rights.get(only)])
    }
    if (waiting[at] === name) at++
    pairs.push([item, rights.get(name)])
  }
  for (; at < waiting.length; at++) {
    const only = waiting[at]
    if (only !== undefined && !lefts.has(only)) pairs.push([undefined, rights.get(only)])
  }
  return pairs
}
