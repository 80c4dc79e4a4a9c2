/** Longest line that is passed on, in UTF-16 units; a runner's log and a terminal both suffer from longer ones. */
export const MAX_LINE = 2000

/**
 * Escape sequences of terminals (ECMA-48): CSI, the string sequences OSC/DCS/SOS/PM/APC up to their end, and two-character ones.
 * A string sequence that never ends reaches no further than its line, so that it cannot swallow the log.
 */
const TERMINAL_SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g

/**
 * Controls, format characters (bidi among them) and whatever else has no look of its own. They are not only invisible: .NET compares
 * strings by culture, which ignores them, so that a soft hyphen before or between the colons does not stop a command (actions/runner, ActionCommand.cs).
 */
const INVISIBLE = /[^\P{Cc}\n\t]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g
const LONE_SURROGATES = /\p{Surrogate}/gu

function plainLine(line: string): string {
  const visible = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} … (${line.length - MAX_LINE} more characters)` : line
  return visible
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(/^(\s*:)(?=:)/, '$1 ')
    .replaceAll('##[', '## [')
}

/**
 * Makes text from elsewhere (compiler, guest console, file names) harmless for a runner's log and a terminal: no escape sequences,
 * no controls, no bidi tricks, lines of bounded length, and nothing that the runner would take for a workflow command
 * (`::name::` at the start of a line, `##[name]` anywhere). A blank is put inside the markers, since a blank is not ignored in comparisons.
 */
export function plainText(text: string): string {
  return text.replace(TERMINAL_SEQUENCES, '').replace(LINE_ENDS, '\n').replace(INVISIBLE, '').split('\n').map(plainLine).join('\n')
}

/** `plainText` on one line: line ends and tabs become blanks. */
export function plainOneLine(text: string): string {
  return plainText(text.replace(LINE_ENDS, ' ').replace(/[\n\t]+/g, ' ')).trim()
}
