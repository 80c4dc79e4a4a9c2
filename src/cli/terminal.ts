import type { Look } from '../report/terminal.js'

/** The part of a stream that the command line writes to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

type Variables = Readonly<Record<string, string | undefined>>

/** What a stream can show. Colours only on a terminal, and not where NO_COLOR says no (no-color.org) or TERM is dumb. */
export function lookOf(output: Output, variables: Variables): Look {
  const locale = [variables['LC_ALL'], variables['LC_CTYPE'], variables['LANG']].find((value) => value !== undefined && value !== '') ?? ''
  const terminal = output.isTTY === true
  const noColour = (variables['NO_COLOR'] ?? '') !== '' || variables['TERM'] === 'dumb'
  return { colour: terminal && !noColour, utf8: terminal && /utf-?8/i.test(locale) }
}
