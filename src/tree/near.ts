import { join } from 'node:path'
import type { Host } from '../host/host.js'
import { type Listing, readListing } from './listing.js'
import type { Unprepared } from './prepared.js'
import type { Slot } from './slot.js'
import { differenceOf, sizeOf, turnInto } from './turn.js'

/** A file beside what is kept of a prepared tree: all that is in the tree. */
export const LISTING = 'listing.gz'
/**
 * Differing files beyond which a tree is left where it is, and another one laid out beside it: kernels of two series differ by 5,000, while a tree of linux-source
 * has 10,000 more than one of headers, which would be made and removed each time.
 */
const FAR = 8000

/** Makes the prepared tree of one that lies laid out, `there` or in the place of another kernel; false when none is near, or nobody wrote down what is in it. */
export async function turnNear(host: Host, shelf: string, name: string, slot: Slot, { layers }: Pick<Unprepared, 'layers'>, there: string | undefined): Promise<boolean> {
  const listingOf = (tree: string): Promise<Listing | undefined> => readListing(join(shelf, tree, LISTING))
  const [made, wanted, others] = await Promise.all([layers(), listingOf(name), slot.others()])
  if (made === undefined || wanted === undefined) return false
  const trees = [...(there === undefined ? [] : [{ name: there }]), ...others]
  const compared = await Promise.all(trees.map(async (tree) => {
    const listing = await listingOf(tree.name)
    return listing === undefined ? [] : [{ tree, difference: differenceOf(listing, wanted) }]
  }))
  const near = compared.flat().filter(({ difference }) => sizeOf(difference) <= FAR)
  for (const { tree, difference } of near.sort((a, b) => sizeOf(a.difference) - sizeOf(b.difference))) {
    if (!('place' in tree)) await slot.unmark()
    else if (!(await slot.take(tree))) continue
    host.log.detail(`${name} is made of ${tree.name}: ${sizeOf(difference)} files`)
    return turnInto(host, slot.treeDir, difference, { ...made, last: join(shelf, name) }, `${slot.laid}.tar`).catch((error: unknown) => {
      // It is laid out anew, and what is damaged shows then.
      host.log.detail(`the tree could not be turned into ${name}: ${String(error)}`)
      return false
    })
  }
  return false
}
