import type { Log } from './host.js'

/** Milliseconds between two looks at a work that goes on. */
const LOOK = 1000

/**
 * Waits for a work and says meanwhile, once in a second, how far it is. `far` gives the words after the work's name, from the seconds that have gone by.
 * A look that fails says nothing: it is not what the work is about.
 */
export async function telling<T>(log: Log, what: string, far: (seconds: number) => string | Promise<string>, work: Promise<T>): Promise<T> {
  const began = process.hrtime.bigint()
  const state = { looking: false, over: false }
  const look = async (): Promise<void> => {
    if (state.looking) return
    state.looking = true
    const words = await Promise.resolve(far(Number(process.hrtime.bigint() - began) / 1e9)).catch(() => undefined)
    state.looking = false
    if (words !== undefined && !state.over) log.progress(what, words)
  }
  const timer = setInterval(() => void look(), LOOK)
  try {
    return await work
  } finally {
    state.over = true
    clearInterval(timer)
    log.progress(what)
  }
}

/** The works that go on side by side, in the words of one line. */
export class ProgressBoard {
  readonly #works = new Map<string, string>()

  /** Takes what is said of a work; undefined when it is over. */
  say(what: string, far: string | undefined): void {
    if (far === undefined) this.#works.delete(what)
    else this.#works.set(what, far)
  }

  /** Empty when nothing goes on. */
  get line(): string {
    return [...this.#works].map(([what, far]) => `${what}: ${far}`).join(' · ')
  }
}

/** `40 of 139 MB, 24 MB/s`, from bytes. */
export function amount(done: number, total: number, seconds: number): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0)
  const of = total > 0 ? ` of ${megabytes(total)}` : ''
  return `${megabytes(done)}${of} MB, ${megabytes(seconds > 0 ? done / seconds : 0)} MB/s`
}
