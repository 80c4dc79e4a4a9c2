/** Symbols of Kconfig in a preprocessor condition: `CONFIG_X`, `IS_ENABLED(CONFIG_X)` and their like; `_MODULE` is the macro of value m. */
function symbolsIn(condition: string): string[] {
  return [...condition.matchAll(/\bCONFIG_([A-Za-z0-9_]+?)(?:_MODULE)?\b/g)].flatMap((match) => match[1] ?? [])
}

/** Header text without comments and string contents, its lines kept: a name in a comment is no evidence. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"/g, (found) => found.replace(/[^\n]/g, ' '))
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Under which options the named members of a struct, union or enum stand in the header that declares it: the Kconfig symbols of the `#if`s around
 * each member, inside of the type's own braces. Members without such an `#if` have no entry.
 */
export function optionsAround(header: string, type: string, members: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const lines = withoutComments(header).split('\n')
  const found = new Map<string, ReadonlySet<string>>()
  const opening = new RegExp(`^\\s*(?:typedef\\s+)?${escaped(type).replace(' ', '\\s+')}\\b[^;]*$`)
  const conditions: string[][] = []
  let [inside, depth] = [false, 0]
  for (const line of lines) {
    const directive = /^\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)$/.exec(line)
    if (directive !== null) {
      const [, word = '', condition = ''] = directive
      if (word === 'endif') conditions.pop()
      // The branches of one #if hang on all conditions before them too.
      else if (word === 'elif') conditions.at(-1)?.push(...symbolsIn(condition))
      else if (word !== 'else') conditions.push(symbolsIn(condition))
      continue
    }
    if (!inside && opening.test(line)) [inside, depth] = [true, 0]
    if (!inside) continue
    for (const member of members) {
      const around = conditions.flat()
      if (depth > 0 && around.length > 0 && new RegExp(`\\b${escaped(member)}\\b\\s*(?:[;:,)[=}]|____|__aligned|$)`).test(line)) found.set(member, new Set([...(found.get(member) ?? []), ...around]))
    }
    depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0)
    if (depth <= 0 && line.includes('}')) inside = false
  }
  return found
}
