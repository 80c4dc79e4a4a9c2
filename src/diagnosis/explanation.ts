/** One thing that a text says, and what to do about it. */
export interface Explanation {
  /** What kind of text it was found in. */
  readonly kind: 'kernel log' | 'loading program' | 'build log' | 'configurations'
  /** One line that makes sense alone. */
  readonly title: string
  /** Lines of the text, foreign. */
  readonly evidence: readonly string[]
  readonly explanation: string
  readonly remedy: string
  /** File and heading, relative to the repository. */
  readonly doc: string
  /** Looks like a failure and is none. */
  readonly harmless: boolean
}
