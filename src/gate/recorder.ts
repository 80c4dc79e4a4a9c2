import type { Log } from '../host/host.js'
import { GateError, UsageError } from '../model/errors.js'
import { STAGES, verdictOf, type Finding, type Stage } from '../model/finding.js'
import type { StageResult } from '../model/report.js'

/** What a stage hands back: the value for the next one, its findings, and one line for the report. */
export interface Outcome<T> {
  readonly value: T
  readonly findings?: readonly Finding[]
  readonly summary: string
  /** Go on although there are findings that fail: a later stage can say more about them. */
  readonly proceed?: boolean
  /** How long the work took when it had begun before its stage, beside the one before. */
  readonly seconds?: number
}

/** Ends the run early; the findings that caused it are recorded already. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Keeps the time, the outcome and the findings of each stage. */
export class Recorder {
  readonly #results = new Map<Stage, StageResult>()
  readonly #findings = new Map<string, Finding>()

  constructor(
    private readonly log: Log,
    private readonly onStage: (result: StageResult) => void,
  ) {}

  /** Runs one stage. @throws Stopped when the run must end here, UsageError as it comes. */
  async stage<T>(stage: Stage, title: string, work: () => Promise<Outcome<T>>): Promise<T> {
    this.log.group(title)
    const began = process.hrtime.bigint()
    const seconds = () => Number(process.hrtime.bigint() - began) / 1e9
    try {
      const { value, findings = [], summary, proceed = false, seconds: taken = seconds() } = await work()
      this.add(findings)
      const outcome = verdictOf(findings)
      this.#end({ stage, outcome, seconds: taken, summary })
      if (outcome !== 'pass' && !proceed) throw new Stopped()
      return value
    } catch (error) {
      if (error instanceof Stopped || error instanceof UsageError) throw error
      const finding = toFinding(error, stage)
      this.add([finding])
      this.#end({ stage, outcome: verdictOf([finding]), seconds: seconds(), summary: finding.title })
      throw new Stopped(finding.title, { cause: error })
    } finally {
      this.log.endGroup()
    }
  }

  /** What failed beside the stages, without which no verdict holds. */
  astray(error: unknown): void {
    this.add([toFinding(error, [...this.#results.keys()].at(-1) ?? STAGES[0])])
  }

  skip(stage: Stage, summary: string): void {
    this.#end({ stage, outcome: 'skipped', seconds: 0, summary })
  }

  /** The same thing said twice is one finding: the guard looks three times. */
  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.title, finding.place])
      if (!this.#findings.has(key)) this.#findings.set(key, finding)
    }
  }

  get findings(): Finding[] {
    return [...this.#findings.values()]
  }

  /** One result for each stage; those that never ran are said to be skipped. */
  get results(): StageResult[] {
    return STAGES.map((stage) => this.#results.get(stage) ?? { stage, outcome: 'skipped', seconds: 0, summary: 'not reached' })
  }

  #end(result: StageResult): void {
    this.#results.set(result.stage, result)
    this.onStage(result)
  }
}

function toFinding(error: unknown, stage: Stage): Finding {
  if (error instanceof GateError) return error.finding
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return { id: 'host.disk-full', stage, severity: 'error', title: `No space left on device: ${error.message}`, remedy: 'Free some space, or point cache-dir, output-dir and TMPDIR to a larger disk: one kernel needs about 1.5 GB.' }
  }
  return {
    id: 'gate.internal-error',
    stage,
    severity: 'error',
    title: `The gate itself failed: ${error instanceof Error ? error.message : String(error)}`,
    ...(error instanceof Error && error.stack !== undefined && { detail: error.stack }),
    remedy: 'This is a bug of kmod-gate; please report it with the detail above.',
  }
}
