import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { keptMembers } from '../kernel/kept-tree.js'
import type { Member } from '../kernel/tar-members.js'
import { type Listing, LISTING, readListing } from './listing.js'
import type { Unprepared } from './prepared.js'
import type { OtherTree, Slot } from './slot.js'
import { readStep, type Step, StepWriter } from './step.js'
import { type Contents, type Difference, differenceOf, type Layers, sizeOf, turnInto } from './turn.js'

/**
 * Differing files beyond which a tree is left where it is, and another one laid out beside it: kernels of two series differ by 5,000, while a tree of linux-source
 * has 10,000 more than one of headers, which would be made and removed each time.
 */
const FAR = 8000

/** One run's wish for a tree. */
interface Wanted {
  readonly host: Host
  readonly shelf: string
  /** The tree that is wanted. */
  readonly name: string
  readonly slot: Slot
}

/** A tree that lies laid out: in the kernel's own place, or in another's. */
type Laid = OtherTree | { readonly name: string }

/** Makes the prepared tree of one that lies laid out, `there` or in the place of another kernel; false when none is near, or nobody wrote down what is in it. */
export async function turnNear(host: Host, shelf: string, name: string, slot: Slot, { layers }: Pick<Unprepared, 'layers'>, there: string | undefined): Promise<boolean> {
  const [others, step] = await Promise.all([slot.others(), readStep(host, shelf, name, `${slot.laid}.step`)])
  const trees: readonly Laid[] = [...(there === undefined ? [] : [{ name: there }]), ...others]
  if (trees.length === 0) return false
  const wanted = { host, shelf, name, slot }
  const known = trees.find((tree) => tree.name === step?.from)
  try {
    if (step !== undefined && known !== undefined && (await turnAgain(wanted, known, step, layers))) return true
    return await turnNearest(wanted, trees.filter((tree) => tree !== known), layers)
  } catch (error) {
    // It is laid out anew, and what is damaged shows then.
    host.log.detail(`no tree could be turned into ${name}: ${String(error)}`)
    return false
  }
}

/** As it was done before. The kernel's own files may still be looked for meanwhile. */
async function turnAgain(wanted: Wanted, tree: Laid, step: Step, layers: Unprepared['layers']): Promise<boolean> {
  const own = layers().then((made) => {
    if (made === undefined) throw new Error('what it is made of is not packed')
    return { ...made, folders: [] }
  })
  return unpacked(wanted, [], own, async (contents) => (await take(wanted, tree)) && turn(wanted, tree, step.difference, { ...contents, folders: [Promise.resolve(await step.members(wanted.slot.treeDir))] }))
}

/** The nearest that can be had; how it was done is written down. */
async function turnNearest(wanted: Wanted, trees: readonly Laid[], layers: Unprepared['layers']): Promise<boolean> {
  const { host, shelf, name, slot } = wanted
  // What is packed is unpacked while it is found out what of it is wanted.
  const near = nearOf(shelf, name, trees)
  const made = await layers()
  if (made === undefined) return false
  return unpacked(wanted, made.folders, Promise.resolve(made), async (contents) => {
    for (const { tree, difference } of await near) {
      if (!(await take(wanted, tree))) continue
      const writer = new StepWriter(slot.treeDir, difference)
      if (!(await turn(wanted, tree, difference, contents, (member) => writer.note(member)))) return false
      // It is found out again where it cannot be written down.
      await writer.write(host, shelf, name, tree.name).catch((error: unknown) => host.log.detail(`how ${name} is made of ${tree.name} was not written down: ${String(error)}`))
      return true
    }
    return false
  })
}

/** Gives to `work` what is in the folders, and what lies over them. */
async function unpacked<T>({ host, shelf, name, slot }: Wanted, folders: readonly string[], layers: Promise<Layers>, work: (contents: Contents) => Promise<T>): Promise<T> {
  const unpack = (folder: string, n: number): Promise<Iterable<Member>> => keptMembers(host, folder, `${slot.laid}.${n}`)
  const contents: Contents = {
    folders: folders.map((folder, n) => unpack(folder, n + 2)),
    own: layers.then(({ own }) => (own === undefined ? [] : unpack(own, 1))),
    over: async (paths) => (await layers).over?.(paths) ?? [],
    last: unpack(join(shelf, name), 0),
  }
  // At once, for what is damaged may show before anybody waits for it.
  const settled = Promise.allSettled([...contents.folders, contents.own, contents.last])
  try {
    return await work(contents)
  } finally {
    await settled
  }
}

/** Has the tree in the kernel's place; false when it cannot be had. */
async function take({ slot }: Wanted, tree: Laid): Promise<boolean> {
  if ('place' in tree) return slot.take(tree)
  await slot.unmark()
  return true
}

async function turn({ host, name, slot }: Wanted, tree: Laid, difference: Difference, contents: Contents, noted?: (member: Member) => void): Promise<boolean> {
  host.log.detail(`${name} is made of ${tree.name}: ${sizeOf(difference)} files`)
  return turnInto(slot.treeDir, difference, contents, noted)
}

/** Those of the trees that are not too far from the one of that name, the nearest first. */
async function nearOf<T extends { readonly name: string }>(shelf: string, name: string, trees: readonly T[]): Promise<{ readonly tree: T; readonly difference: Difference }[]> {
  const listingOf = (tree: string): Promise<Listing | undefined> => readListing(join(shelf, tree, LISTING))
  const [wanted, ...listings] = await Promise.all([name, ...trees.map((tree) => tree.name)].map(listingOf))
  if (wanted === undefined) return []
  const compared = trees.flatMap((tree, n) => {
    const listing = listings[n]
    return listing === undefined ? [] : [{ tree, difference: differenceOf(listing, wanted) }]
  })
  return compared.filter(({ difference }) => sizeOf(difference) <= FAR).sort((a, b) => sizeOf(a.difference) - sizeOf(b.difference))
}
