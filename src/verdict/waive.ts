import { matches } from './pattern.js'
import { isExpired, type Waiver } from './policy.js'

/** One reason against a kernel, from its report or from the verdict itself. */
export interface Cause {
  /** Id of a finding of the report, or of an objection. */
  readonly id: string
  readonly severity: 'fail' | 'error' | 'skip'
  readonly title: string
  /** From the report: a waiver for the whole kernel covers it. */
  readonly reported: boolean
  /** A waiver for it was good until this day. */
  readonly lapsed?: string
}

export interface Waived {
  readonly cause: Cause
  readonly waiver: Waiver
}

/** The waivers of a policy, which remember what they were used for. */
export class Waivers {
  readonly #used = new Set<Waiver>()

  constructor(
    private readonly all: readonly Waiver[],
    private readonly now: Date,
  ) {}

  /** Parts the causes of one kernel into those that stand and those that are waived. `names` are all that the kernel is called. */
  part(names: readonly string[], causes: readonly Cause[]): { readonly standing: readonly Cause[]; readonly waived: readonly Waived[] } {
    const standing: Cause[] = []
    const waived: Waived[] = []
    for (const cause of causes) {
      const fitting = this.all.filter((waiver) => names.some((name) => matches(waiver.kernel, name)) && covers(waiver, cause))
      const good = fitting.find((waiver) => !isExpired(waiver, this.now))
      if (good !== undefined) {
        this.#used.add(good)
        waived.push({ cause, waiver: good })
      } else {
        const lapsed = fitting.map(({ expires }) => expires).sort().at(-1)
        standing.push(lapsed === undefined ? cause : { ...cause, lapsed })
      }
    }
    return { standing, waived }
  }

  expired(): readonly Waiver[] {
    return this.all.filter((waiver) => isExpired(waiver, this.now))
  }

  /** Waivers that still count and that nothing needed. */
  unused(): readonly Waiver[] {
    return this.all.filter((waiver) => !isExpired(waiver, this.now) && !this.#used.has(waiver))
  }
}

/** A waiver without a finding is for what reports say: that there is no report has to be waived by name. */
function covers({ finding }: Waiver, cause: Cause): boolean {
  return finding === undefined ? cause.reported : matches(finding, cause.id)
}
