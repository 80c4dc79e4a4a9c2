import type { Place } from '../model/finding.js'

/** `file:line:column` as compilers write it. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':')
}
