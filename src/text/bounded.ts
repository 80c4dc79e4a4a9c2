/** The first `most` items, and how many were left off. */
export function firstOf<T>(items: readonly T[], most: number): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: items.slice(0, most), more: Math.max(0, items.length - most) }
}

/** The first `most` lines of a text, with a last line that says how many more there were. */
export function firstLines(text: string, most: number): string {
  const { shown, more } = firstOf(text.replace(/\n+$/, '').split('\n'), most)
  return more === 0 ? shown.join('\n') : [...shown, `and ${more} more lines`].join('\n')
}

/** The last `most` lines of a text, with a first line that says how many came before. */
export function lastLines(text: string, most: number): string {
  const lines = text.replace(/\n+$/, '').split('\n')
  const before = lines.length - most
  return before <= 0 ? lines.join('\n') : [`(${before} lines before)`, ...lines.slice(before)].join('\n')
}
