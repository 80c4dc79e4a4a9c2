/** The user asked for something that cannot be: exit code 2. The message names input, value and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  constructor(
    readonly input: string,
    readonly value: string,
    readonly allowed: string,
  ) {
    super(`${input}: ${JSON.stringify(value)} cannot be used. ${allowed}`)
  }
}

/** The gate could not check: verdict `error`, exit code 3. Carries the finding that says why. */
export class GateError extends Error {
  override readonly name = 'GateError'
  constructor(readonly finding: import('./finding.js').Finding) {
    super(finding.title)
  }
}
