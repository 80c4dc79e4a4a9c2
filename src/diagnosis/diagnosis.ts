import type { Place, Stage } from '../model/finding.js'
import type { Facts, Weight } from './causes/cause.js'

/** Texts to be explained; each may be absent. */
export interface Evidence {
  /** With or without times, as dmesg, journalctl or a console give it. */
  readonly kernelLog?: string
  /** What insmod, modprobe or rmmod said. */
  readonly insmod?: string
  readonly buildLog?: string
  readonly facts?: Facts
}

/** Why something was refused or failed, and what to do. */
export interface Diagnosis {
  /** Id of the row in the table of causes. */
  readonly cause: string
  readonly stage: Stage
  readonly weight: Weight
  /** One line that makes sense alone. */
  readonly title: string
  /** Lines of the texts, as they are; foreign. */
  readonly evidence: readonly string[]
  readonly explanation: string
  readonly remedy: string
  /** File and heading, relative to the repository. */
  readonly doc: string
  /** As the compiler named it; only of build logs. */
  readonly place?: Place
  /** The function, type or header that is missing or has changed. */
  readonly symbol?: string
  /** What became of that symbol, from a table of known changes. */
  readonly change?: string
  /** How the kernel tree at hand declares it. */
  readonly declaration?: { readonly file: string; readonly line: number; readonly text: string }
}

/** Where the paragraph of a cause stands. */
export function docOf(cause: string): string {
  return `docs/causes.md#${cause}`
}
