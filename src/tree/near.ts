import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { keptMembers } from '../kernel/kept-tree.js'
import { type Listing, readListing } from './listing.js'
import type { Unprepared } from './prepared.js'
import type { Slot } from './slot.js'
import { type Difference, differenceOf, sizeOf, turnInto } from './turn.js'

/** A file beside what is kept of a prepared tree: all that is in the tree. */
export const LISTING = 'listing.gz'
/**
 * Differing files beyond which a tree is left where it is, and another one laid out beside it: kernels of two series differ by 5,000, while a tree of linux-source
 * has 10,000 more than one of headers, which would be made and removed each time.
 */
const FAR = 8000

/** Makes the prepared tree of one that lies laid out, `there` or in the place of another kernel; false when none is near, or nobody wrote down what is in it. */
export async function turnNear(host: Host, shelf: string, name: string, slot: Slot, { layers }: Pick<Unprepared, 'layers'>, there: string | undefined): Promise<boolean> {
  const [made, others] = await Promise.all([layers(), slot.others()])
  const trees = [...(there === undefined ? [] : [{ name: there }]), ...others]
  if (made === undefined || trees.length === 0) return false
  // Unpacked while it is found out what of it is wanted.
  const unpacking = [...made.folders, join(shelf, name)].map((folder, n) => keptMembers(host, folder, `${slot.laid}.${n}`))
  // At once, for what is damaged may show before anybody waits for it.
  const unpacked = Promise.allSettled(unpacking)
  const last = unpacking.at(-1) ?? Promise.resolve([])
  try {
    for (const { tree, difference } of await nearOf(shelf, name, trees)) {
      if (!('place' in tree)) await slot.unmark()
      else if (!(await slot.take(tree))) continue
      host.log.detail(`${name} is made of ${tree.name}: ${sizeOf(difference)} files`)
      return await turnInto(slot.treeDir, difference, { ...made, folders: unpacking.slice(0, -1), last })
    }
  } catch (error) {
    // It is laid out anew, and what is damaged shows then.
    host.log.detail(`no tree could be turned into ${name}: ${String(error)}`)
  } finally {
    await unpacked
  }
  return false
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
