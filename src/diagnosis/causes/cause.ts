import type { Stage } from '../../model/finding.js'

/** Named groups of the pattern that matched. */
export type Groups = Readonly<Record<string, string | undefined>>

/** What is known besides the texts; everything may be absent. */
export interface Facts {
  /** `uname -r` of the kernel that the module is for. */
  readonly release?: string
  /** The compiler that it was built with, such as `gcc-12`. */
  readonly compiler?: string
}

/**
 * How much a cause says.
 * - `cause`: this is why
 * - `general`: true, but only the outside of it; left out where a `cause` of the same stage was found
 * - `harmless`: looks like a failure and is none
 */
export type Weight = 'cause' | 'general' | 'harmless'

/**
 * One row of the table: what a text says, what it means, what to do. Patterns see one line without its time stamp, and with plain quotes
 * where a compiler prints curly ones; all begin with ^ and are linear in the line.
 */
export interface Cause {
  /** Also the heading of its paragraph in docs/causes.md. */
  readonly id: string
  readonly stage: Stage
  readonly weight: Weight
  /** Lines of the kernel log. */
  readonly kernel?: readonly RegExp[]
  /** What insmod, modprobe or rmmod said, without the program's name and the file. */
  readonly loader?: readonly RegExp[]
  /** Messages of a compiler, without place and `error:`. */
  readonly compiler?: readonly RegExp[]
  /** Warnings of the compiler are none of this. */
  readonly errorsOnly?: true
  /** Other lines of a build log: make, modpost, linker, scripts. */
  readonly build?: readonly RegExp[]
  readonly title: (groups: Groups) => string
  readonly explanation: string
  readonly remedy: (groups: Groups, facts: Facts) => string
  /** Left out where another row speaks of the same symbol: this line is only what follows from the other. */
  readonly yields?: true
  /** Counts only when this row has matched a line before, with the same `module`. */
  readonly after?: string
  /** Which group names the part of the kernel's interface that is missing or has changed. */
  readonly symbol?: string
}

/** A group's text; empty when it is not there. */
export function said(groups: Groups, name: string): string {
  return groups[name] ?? ''
}

/** `for 6.1.0-56-amd64`, or `for the kernel that is to load it`. */
export function forKernel({ release }: Facts): string {
  return release === undefined ? 'the kernel that is to load it' : release
}
