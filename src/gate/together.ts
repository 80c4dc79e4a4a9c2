/**
 * Waits for all of the works that are under way, so that none goes on behind the caller's back, and then throws what the first in this order threw.
 */
export async function together<T extends readonly unknown[]>(...works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
