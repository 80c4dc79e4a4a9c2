import { setImmediate } from 'node:timers/promises'
import type { Recorder } from './recorder.js'

/** What process of node:process tells about promises. */
type Events = Pick<NodeJS.Process, 'on' | 'removeListener'>

/**
 * Does `work`, and records what a promise failed with that nobody waited for: a defect of the gate, so no verdict but `error` or `fail` holds.
 * Node would end the process at the first of them, with status 1, which says that the module is at fault. One whose failure is looked at in time is
 * none: it was begun ahead.
 * @throws whatever `work` throws
 */
export async function recordingStrays<T>(recorder: Pick<Recorder, 'astray'>, work: () => Promise<T>, events: Events = process): Promise<T> {
  const strays = new Map<Promise<unknown>, unknown>()
  const failed = (reason: unknown, promise: Promise<unknown>) => void strays.set(promise, reason)
  const handled = (promise: Promise<unknown>) => void strays.delete(promise)
  events.on('unhandledRejection', failed)
  events.on('rejectionHandled', handled)
  try {
    return await work()
  } finally {
    // Node tells of them when nothing else is to be done at once.
    await setImmediate()
    events.removeListener('unhandledRejection', failed)
    events.removeListener('rejectionHandled', handled)
    for (const reason of strays.values()) recorder.astray(reason)
  }
}
