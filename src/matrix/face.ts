import type { Log } from '../host/host.js'

/** How a step of a workflow says what came of it. */
export interface Outcome {
  readonly setOutput: (name: string, value: string) => void
  /** Fails the step with an annotation. */
  readonly setFailed: (message: string) => void
}

/** What a step of a workflow has of the runner; the entries give that of @actions/core. */
export interface Face extends Outcome {
  readonly getInput: (name: string) => string
  readonly addSummary: (markdown: string) => Promise<void>
  readonly log: Log
}
