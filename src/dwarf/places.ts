import { Budget } from './budget.js'
import type { DeclaredAt } from './types.js'

const PLACES = 1 << 19
/** Different declarations of one name; a kernel has a handful, and to look through them must stay cheap. */
const PER_NAME = 32
const NONE = -1

/** Where things were declared, each name and place once, without an object for each. */
export class Places {
  readonly #first = new Map<string, number>()
  readonly #files: number[] = []
  readonly #lines: number[] = []
  readonly #next: number[] = []
  readonly #budget = new Budget(PLACES, '.debug_info: declared types')

  constructor(readonly text: Budget) {}

  /** @throws DwarfError when the file has more than any module */
  add(name: string, file: number, line: number): void {
    const first = this.#first.get(name)
    let last = first
    let count = 0
    for (let at = first; at !== undefined && at !== NONE; at = this.#next[at]) {
      if (this.#files[at] === file && this.#lines[at] === line) return
      last = at
      if (++count === PER_NAME) return
    }
    this.#budget.spend(1)
    const at = this.#files.push(file) - 1
    this.#lines.push(line)
    this.#next.push(NONE)
    if (last === undefined) {
      this.text.spend(name.length)
      this.#first.set(name, at)
    } else this.#next[last] = at
  }

  /** All of it, the names behind `prefix`, the places in the order in which they came. */
  *entries(prefix: string, paths: readonly string[]): Generator<[string, DeclaredAt[]]> {
    for (const [name, first] of this.#first) {
      const places: DeclaredAt[] = []
      for (let at: number | undefined = first; at !== undefined && at !== NONE; at = this.#next[at]) places.push({ file: paths[this.#files[at] ?? NONE] ?? '', line: this.#lines[at] ?? 0 })
      yield [prefix + name, places]
    }
  }
}
