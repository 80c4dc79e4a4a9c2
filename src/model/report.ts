import type { BuiltModule } from './built.js'
import type { Delta, DeltaGroup } from './config.js'
import type { Finding, Stage, Verdict } from './finding.js'
import type { GuestRun } from './guest.js'
import type { KernelTarget, OwnTarget } from './kernel.js'
import type { AbiProof } from './proof.js'
import type { Request } from './request.js'
import type { ToolState } from './toolchain.js'

export interface StageResult {
  readonly stage: Stage
  /** `skipped`: not asked for, or an earlier stage ended the run. `skip`: this stage found that the module is not meant for this kernel. */
  readonly outcome: Verdict | 'skipped'
  /** Seconds. */
  readonly seconds: number
  /** One line: what was done or why not. */
  readonly summary: string
}

/** All that one run found out. Everything that is printed or written is made of this value. */
export interface Report {
  readonly tool: { readonly name: 'kmod-gate'; readonly version: string }
  readonly verdict: Verdict
  /** ISO 8601, UTC. */
  readonly started: string
  /** Seconds. */
  readonly seconds: number
  readonly request: Request
  /** What was checked, as far as it is known: the commit's whole hash, and OWNER/NAME. */
  readonly source?: { readonly commit?: string; readonly repository?: string }
  readonly target?: KernelTarget | OwnTarget
  readonly tools: readonly ToolState[]
  readonly config?: { readonly deltas: readonly Delta[]; readonly groups: readonly DeltaGroup[]; readonly allowed: readonly Delta[] }
  readonly modules: readonly BuiltModule[]
  readonly proof?: AbiProof
  readonly guest?: GuestRun
  /** What gdb saw of a refused relocation. */
  readonly autopsy?: { readonly outcome: 'found' | 'not-reproduced' | 'not-possible'; readonly sentences: readonly string[]; readonly seconds: number }
  /** Absolute path of the folder that boots the same guest elsewhere. */
  readonly bundle?: string
  readonly stages: readonly StageResult[]
  readonly findings: readonly Finding[]
}
