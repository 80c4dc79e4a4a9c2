import type { Log } from '../host/host.js'

/** What a step of a workflow has of the runner; the entries give that of @actions/core. */
export interface Face {
  readonly getInput: (name: string) => string
  readonly setOutput: (name: string, value: string) => void
  /** Fails the step with an annotation. */
  readonly setFailed: (message: string) => void
  readonly addSummary: (markdown: string) => Promise<void>
  readonly log: Log
}
