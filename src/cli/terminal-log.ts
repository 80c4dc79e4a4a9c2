import type { Log } from '../host/host.js'
import { ProgressBoard } from '../host/progress.js'
import type { StageResult } from '../model/report.js'
import { type Look, stageLine } from '../report/terminal.js'
import { plainOneLine, plainText } from '../text/plain.js'
import type { Output } from './terminal.js'

export interface TerminalLog extends Log {
  /** Prints the line of a stage that ended. */
  stage(result: StageResult): void
}

const DEFAULT_COLUMNS = 80

/**
 * A log for a person at a terminal. Quiet: one line for each stage as it ends; while it runs, a terminal shows what is going on in one line
 * that is then taken away. Verbose: everything.
 */
export function terminalLog(output: Output, look: Look, verbose: boolean): TerminalLog {
  const progress = output.isTTY === true && look.colour && !verbose
  const board = new ProgressBoard()
  let title = ''
  // Cleared by carriage return and EL (ECMA-48 8.3.41).
  const clear = (): void => {
    if (progress) output.write('\r\u001b[K')
  }
  const show = (text: string): void => {
    if (!progress) return
    clear()
    output.write(text.slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1))
  }
  const print = (text: string): void => void output.write(`${text.split('\n').map((line) => `    ${line}`.trimEnd()).join('\n')}\n`)
  return {
    group(next) {
      title = plainOneLine(next)
      if (verbose) output.write(`${title}\n`)
      show(`  ${title} …`)
    },
    endGroup: clear,
    info(line) {
      if (verbose) print(plainText(line))
      show(`  ${title}: ${plainOneLine(line)}`)
    },
    detail(text) {
      if (verbose) print(plainText(text.replace(/\n$/, '')))
    },
    progress(what, far) {
      board.say(plainOneLine(what), far === undefined ? undefined : plainOneLine(far))
      if (board.line !== '') show(`  ${board.line}`)
    },
    stage(result) {
      clear()
      output.write(`${stageLine(result, look)}\n`)
    },
  }
}
