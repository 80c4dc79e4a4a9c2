/**
 * Waits for all of the works that are under way, so that none goes on behind the caller's back, and then throws what the first of them to fail threw.
 */
export async function together<T extends readonly unknown[]>(...works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  let first: { readonly error: unknown } | undefined
  const watched = works.map(async (work) => {
    try {
      return await work
    } catch (error) {
      first ??= { error }
      throw error
    }
  })
  await Promise.allSettled(watched)
  if (first !== undefined) throw first.error
  return (await Promise.all(watched)) as { -readonly [K in keyof T]: Awaited<T[K]> }
}
