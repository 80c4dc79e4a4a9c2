import { DwarfError } from './error.js'

/** A bound on what is kept of a file, so that no file can ask for more memory than a real module would. */
export class Budget {
  #left: number

  constructor(
    readonly limit: number,
    readonly what: string,
  ) {
    this.#left = limit
  }

  /** @throws DwarfError when all is spent */
  spend(amount: number): void {
    this.#left -= amount
    if (this.#left < 0) throw new DwarfError(`${this.what}: more than ${this.limit}, which no module has`)
  }
}
