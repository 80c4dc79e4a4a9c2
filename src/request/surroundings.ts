import { availableParallelism, homedir } from 'node:os'

/** What a request takes from its surroundings where the inputs say nothing. */
export interface Surroundings {
  /** Absolute path that relative paths of inputs start from. */
  readonly cwd: string
  /** Absolute path. */
  readonly home: string
  readonly processors: number
  readonly variables: Readonly<Record<string, string | undefined>>
}

/** Those of this process. */
export function surroundings(): Surroundings {
  return { cwd: process.cwd(), home: homedir(), processors: availableParallelism(), variables: process.env }
}
