/** Order of one character in a non-digit part: ~ first, then the end, letters, everything else (deb-version(7), "Sorting algorithm"). */
function weight(char: string | undefined): number {
  if (char === undefined || /\d/.test(char)) return 0
  if (char === '~') return -1
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256
}

function compareParts(a: string, b: string): number {
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    while ((i < a.length && !/\d/.test(a[i] ?? '')) || (j < b.length && !/\d/.test(b[j] ?? ''))) {
      const difference = weight(a[i]) - weight(b[j])
      if (difference !== 0) return difference
      if (i < a.length) i++
      if (j < b.length) j++
    }
    const digits = (text: string, at: number) => /^\d*/.exec(text.slice(at))?.[0] ?? ''
    const [left, right] = [digits(a, i), digits(b, j)]
    const difference = BigInt(left || '0') - BigInt(right || '0')
    if (difference !== 0n) return difference < 0n ? -1 : 1
    i += left.length
    j += right.length
  }
  return 0
}

/** Debian's order of package versions; negative, zero or positive as for Array.sort (deb-version(7)). */
export function compareVersions(a: string, b: string): number {
  const split = (version: string) => {
    const colon = version.indexOf(':')
    const rest = version.slice(colon + 1)
    const dash = rest.lastIndexOf('-')
    return { epoch: colon < 0 ? '0' : version.slice(0, colon), upstream: dash < 0 ? rest : rest.slice(0, dash), revision: dash < 0 ? '' : rest.slice(dash + 1) }
  }
  const [x, y] = [split(a), split(b)]
  return compareParts(x.epoch, y.epoch) || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision)
}
