/** How many names are offered at most. */
const MOST = 3

/** Names that someone may have meant: those that hold the name or are held by it, then those few edits away. */
export function nearNames(name: string, names: Iterable<string>): string[] {
  const limit = Math.max(1, Math.floor(name.length / 4))
  const scored: { readonly name: string; readonly score: number }[] = []
  for (const candidate of names) {
    const contained = name.length >= 4 && (candidate.includes(name) || (candidate.length >= 6 && name.includes(candidate)))
    const score = Math.abs(candidate.length - name.length) > limit ? Infinity : editDistance(name, candidate)
    if (score <= limit) scored.push({ name: candidate, score })
    else if (contained) scored.push({ name: candidate, score: limit + Math.abs(candidate.length - name.length) })
  }
  return scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1)).slice(0, MOST).map((entry) => entry.name)
}

/** Levenshtein's distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
