import type { GuestRun } from '../model/guest.js'
import type { OpenStep, Records } from './records.js'

/** Seconds beyond a step's own deadline after which the gate believes that init cannot run any more. */
export const MARGIN = 10

export interface Watchdog {
  /** To be called after each record. */
  changed(): void
  /** To be called when a guest that waited is given what it waited for. Waiting takes nothing of boot-timeout. */
  resume(): void
  /** Milliseconds that the guest has waited. */
  waited(): number
  /** To be called when the console has become too long. */
  flooded(): void
  /** Why the guest was ended, if it was the gate that did it. */
  stopped(): GuestRun['stopped']
  /** The step that was under way, and for how many seconds. */
  open(): (OpenStep & { readonly seconds: number }) | undefined
  end(): GuestRun['end']
  stop(): void
}

/** Ends a guest that shows no life, does not return from a step, or takes too long. Times in seconds. */
export function watchdog(records: Records, limits: { readonly bootTimeout: number; readonly proof?: number }, kill: () => void): Watchdog {
  let stopped: GuestRun['stopped']
  let step: { readonly open: OpenStep; readonly began: number; readonly timer: NodeJS.Timeout } | undefined
  let ended: number | undefined
  const fire = (why: NonNullable<GuestRun['stopped']>) => () => {
    if (ended !== undefined || records.done) return
    stopped ??= why
    ended = Date.now()
    kill()
  }
  const began = Date.now()
  let whole = setTimeout(fire('boot-timeout'), limits.bootTimeout * 1000)
  let wait: { readonly from: number; until?: number } | undefined
  const proof = limits.proof === undefined ? undefined : setTimeout(fire('kvm-proof'), limits.proof * 1000)
  return {
    changed() {
      if (records.release !== undefined) clearTimeout(proof)
      if (records.waiting && wait === undefined) {
        wait = { from: Date.now() }
        clearTimeout(whole)
      }
      if (records.open === step?.open) return
      clearTimeout(step?.timer)
      const open = records.open
      step = open === undefined ? undefined : { open, began: Date.now(), timer: setTimeout(fire('step-deadline'), (open.deadline + MARGIN) * 1000) }
    },
    resume() {
      if (wait === undefined) return
      wait.until = Date.now()
      whole = setTimeout(fire('boot-timeout'), limits.bootTimeout * 1000 - (wait.from - began))
    },
    waited: () => (wait === undefined ? 0 : (wait.until ?? Date.now()) - wait.from),
    flooded: fire('console-flood'),
    stopped: () => stopped,
    open: () => (step === undefined ? undefined : { ...step.open, seconds: ((ended ?? Date.now()) - step.began) / 1000 }),
    end() {
      if (records.done) return 'completed'
      if (records.release === undefined) return 'never-up'
      return stopped === undefined ? 'lost' : 'timeout'
    },
    stop() {
      for (const timer of [whole, proof, step?.timer]) clearTimeout(timer)
    },
  }
}
