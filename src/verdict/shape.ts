/** A value from a file that is not what the file should hold. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
  constructor(
    /** Where in the file, such as `waivers[0].expires`; empty for the whole. */
    readonly at: string,
    readonly value: unknown,
    /** One sentence. */
    readonly allowed: string,
  ) {
    super(`${at === '' ? 'The file' : at}: ${shown(value)} cannot be used. ${allowed}`)
  }
}

/** Checks one value; `at` is its place. Throws ShapeError. */
export type Shape<T> = (value: unknown, at: string) => T

/** Enough of a value to find it again. */
const SHOWN = 80

/** A value in an error, bounded: what is nested is only named, since it may be nested without end. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a table'
  return JSON.stringify(typeof value === 'string' && value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
}

function refuse(value: unknown, at: string, allowed: string): never {
  throw new ShapeError(at, value, allowed)
}

export const string: Shape<string> = (value, at) => (typeof value === 'string' ? value : refuse(value, at, 'Allowed is a text.'))
export const boolean: Shape<boolean> = (value, at) => (typeof value === 'boolean' ? value : refuse(value, at, 'Allowed are true and false.'))
/** Seconds, bytes, counts. */
export const amount: Shape<number> = (value, at) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : refuse(value, at, 'Allowed is a number that is not negative.'))

/** A text that the pattern matches; `allowed` is a sentence. */
export function text(pattern: RegExp, allowed: string): Shape<string> {
  return (value, at) => (typeof value === 'string' && pattern.test(value) ? value : refuse(value, at, allowed))
}

export function oneOf<T extends string>(words: readonly T[]): Shape<T> {
  return (value, at) => words.find((word) => word === value) ?? refuse(value, at, `Allowed are ${words.join(', ')}.`)
}

export function list<T>(item: Shape<T>, most: number): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(value, at, 'Allowed is a list.')
    if (value.length > most) return refuse(`${value.length} entries`, at, `Allowed are at most ${most}.`)
    return value.map((entry: unknown, i) => item(entry, `${at}[${i}]`))
  }
}

/** The keys of one object, asked for one by one. */
export class Fields {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #asked: string[] = []

  constructor(
    value: unknown,
    private readonly at: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(value, at, 'Allowed is a table of keys and values.')
    this.#fields = new Map(Object.entries(value))
  }

  need<T>(name: string, shape: Shape<T>): T {
    this.#asked.push(name)
    return shape(this.#fields.get(name), this.#place(name))
  }

  /** An object with the key, or without it where it is absent: to be spread. */
  maybe<N extends string, T>(name: N, shape: Shape<T>): { readonly [K in N]?: T } {
    this.#asked.push(name)
    return this.#fields.has(name) ? ({ [name]: shape(this.#fields.get(name), this.#place(name)) } as { readonly [K in N]?: T }) : {}
  }

  /** Refuses every key that was not asked for. */
  close(): void {
    for (const [name, value] of this.#fields) if (!this.#asked.includes(name)) refuse(value, this.#place(name), `There is no such key; the keys are ${this.#asked.join(', ')}.`)
  }

  #place(name: string): string {
    return this.at === '' ? name : `${this.at}.${name}`
  }
}
