/**
 * Waits for all of the works that are under way, so that none goes on behind the caller's back, and then throws what the first in this order threw.
 */
export async function together<T extends readonly unknown[]>(...works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}

/** What `first` gives; when it fails, `other` has ended too, whatever became of it. Until then nobody need look at `other`. */
export async function settled<T>(first: Promise<T>, other: Promise<unknown>): Promise<T> {
  const ended = other.catch(() => undefined)
  try {
    return await first
  } catch (error) {
    await ended
    throw error
  }
}
