import { endGroup, info, isDebug, startGroup } from '@actions/core'
import type { Log } from '../host/host.js'
import { plainOneLine, plainText } from '../text/plain.js'

/** A log for the runner: one group for each stage, and no line that the runner could take for a command but ours. */
export function runnerLog(): Log {
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
      open = true
    },
    endGroup: close,
    info: say,
    detail(text) {
      if (isDebug()) say(text)
    },
  }
}
