import { RECORD } from './kinds.js'
import { type Strings, hashOf } from './strings.js'
import type { Wire } from './wire.js'

/** Which types of one file have a name: a hash table in two arrays, so that no string is made for any of 150,000 types. */
export class NameIndex {
  /** Position in `offsets` plus one, of the first type with that hash; 0 for none. */
  private readonly heads: Uint32Array
  /** The same, of the next type with that hash. */
  private readonly next: Uint32Array
  private readonly mask: number

  constructor(
    private readonly wire: Wire,
    private readonly strings: Strings,
    private readonly offsets: Uint32Array,
  ) {
    this.mask = (1 << Math.max(4, 32 - Math.clz32(offsets.length))) - 1
    this.heads = new Uint32Array(this.mask + 1)
    this.next = new Uint32Array(offsets.length)
    // From the last to the first, so that every chain is in the order of the file.
    for (let i = offsets.length - 1; i >= 0; i--) {
      const name = this.nameOffset(i)
      // A name outside the strings is nothing that could be asked for; reading the type itself is an error.
      if (name === 0 || !strings.has(name)) continue
      const slot = strings.hashAt(name) & this.mask
      this.next[i] = this.heads[slot] ?? 0
      this.heads[slot] = i + 1
    }
  }

  /** Positions in `offsets`, ascending. */
  *find(name: string): Iterable<number> {
    for (let link = this.heads[hashOf(name) & this.mask] ?? 0; link !== 0; link = this.next[link - 1] ?? 0) {
      if (this.strings.at(this.nameOffset(link - 1), link) === name) yield link - 1
    }
  }

  private nameOffset(position: number): number {
    return this.wire.u32((this.offsets[position] ?? 0) + RECORD.name, 'name')
  }
}
