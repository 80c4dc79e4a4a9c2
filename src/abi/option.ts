import type { Delta } from '../model/config.js'
import type { Difference } from './compare.js'
import { optionsAround } from './option-evidence.js'

/** Text of the header that declares a type, when it can be had. */
export type HeaderOf = (path: string) => Promise<string | undefined>

/** Names of members or enumerators that one side has and the other has not, or has as another type. */
function partsApart({ module, kernel }: Difference): string[] {
  const parts = (type: ReturnType<typeof module.types.type>): readonly { readonly name: string }[] => ('members' in type ? type.members : 'values' in type ? type.values : [])
  const [ours, theirs] = [module.types.type(module.id), kernel.types.type(kernel.id)].map((type) => new Set(parts(type).map(({ name }) => name).filter((name) => name !== '')))
  if (ours === undefined || theirs === undefined) return []
  return [...[...theirs].filter((name) => !ours.has(name)), ...[...ours].filter((name) => !theirs.has(name))]
}

/** Bytes that the module's type has more than the kernel's; where padding hides that in the size, what the last common member was moved by. */
function bytesMoved({ module, kernel }: Difference): number {
  const [ours, theirs] = [module.types.type(module.id), kernel.types.type(kernel.id)]
  if (!('size' in ours) || !('size' in theirs)) return 0
  if (ours.size !== theirs.size || !('members' in ours) || !('members' in theirs)) return ours.size - theirs.size
  const places = new Map(theirs.members.map(({ name, bitOffset }) => [name, bitOffset]))
  const last = ours.members.filter(({ name }) => name !== '' && places.has(name)).at(-1)
  return last === undefined ? 0 : (last.bitOffset - (places.get(last.name) ?? 0)) / 8
}

const fate = ({ before, after }: Delta): string => (after === undefined ? 'lost' : before === undefined ? 'new' : `${before} → ${after}`)

/**
 * `DEBUG_INFO_BTF_MODULES lost → struct module −16 bytes`: the changed option behind a changed layout. It is said only when the header has that very
 * option in the `#if` around the members that one side lacks.
 */
export async function optionBehind(difference: Difference, header: string | undefined, headerOf: HeaderOf, deltas: readonly Delta[]): Promise<string | undefined> {
  const parts = partsApart(difference)
  if (header === undefined || deltas.length === 0 || parts.length === 0) return undefined
  const text = await headerOf(header)
  if (text === undefined) return undefined
  const around = new Set([...optionsAround(text, `${difference.kind} ${difference.name}`, parts).values()].flatMap((symbols) => [...symbols]))
  const behind = deltas.filter(({ symbol }) => around.has(symbol))
  if (behind.length === 0) return undefined
  const moved = bytesMoved(difference)
  const effect = moved === 0 ? 'another layout' : `${moved < 0 ? '−' : '+'}${Math.abs(moved)} bytes`
  return `${behind.map((delta) => `${delta.symbol} ${fate(delta)}`).join(', ')} → ${difference.kind} ${difference.name} ${effect}`
}
