/** Whether a pattern with `*` and `?` matches the whole text. Time grows with the product of both lengths at most. */
export function matches(pattern: string, text: string): boolean {
  let [p, t] = [0, 0]
  let [star, mark] = [-1, 0]
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
