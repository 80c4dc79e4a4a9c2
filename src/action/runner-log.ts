import { endGroup, info, isDebug, startGroup } from '@actions/core'
import type { Log } from '../host/host.js'
import { ProgressBoard } from '../host/progress.js'
import { plainOneLine, plainText } from '../text/plain.js'

/** Milliseconds between two lines about what goes on: a log keeps each of them. */
const TELL = 15_000

/** A log for the runner: one group for each stage, and no line that the runner could take for a command but ours. */
export function runnerLog(): Log {
  const board = new ProgressBoard()
  let told = Date.now()
  let open = false
  const close = (): void => {
    if (open) endGroup()
    open = false
  }
  const say = (text: string): void => info(plainText(text.replace(/\n$/, '')))
  return {
    group(title) {
      close()
      startGroup(plainOneLine(title))
      told = Date.now()
      open = true
    },
    endGroup: close,
    info: say,
    detail(text) {
      if (isDebug()) say(text)
    },
    progress(what, far) {
      board.say(plainOneLine(what), far === undefined ? undefined : plainOneLine(far))
      if (board.line === '' || Date.now() - told < TELL) return
      told = Date.now()
      say(board.line)
    },
  }
}
