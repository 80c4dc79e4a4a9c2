/** One word for a POSIX shell (XCU 2.2.2, single quotes); as it is where nothing in it is special. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/**
 * Splits text into words as a POSIX shell does (XCU 2.2 and 2.3: blanks, backslash, single and double quotes), without any expansion.
 * Returns undefined when a quote is not closed or a backslash ends the text.
 */
export function shellWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/gy
  let word: string | undefined
  let end = 0
  for (const match of text.matchAll(token)) {
    if (match.index !== end) return undefined
    end += match[0].length
    const part = match[1] ?? match[2]?.replace(/\\([$`"\\])/g, '$1').replaceAll('\\\n', '') ?? (match[3] === '\n' ? '' : match[3]) ?? match[4]
    if (part !== undefined) word = (word ?? '') + part
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (end !== text.length) return undefined
  return word === undefined ? words : [...words, word]
}
