/** A program to run: never through a shell. */
export interface Command {
  /** Looked up in PATH when it holds no slash. */
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Added to the gate's own environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Buffer
  /** Deadline; the whole process group is ended then. */
  readonly seconds: number
  /** Both output streams are appended here too. */
  readonly logFile?: string
  /** Run as root: directly, or through sudo when the gate is not root. */
  readonly asRoot?: boolean
}

export interface Exit {
  /** Exit status; 128+n when ended by signal n. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  readonly seconds: number
}

/** A process that lives beside the gate (QEMU). It dies with the gate. */
export interface Running {
  readonly pid: number
  /** Resolves once, when the process has ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null; readonly stderr: string }>
  kill(): void
}

/** What a person sees while the gate works. Text from compilers and guests may be passed in as it is: a log makes it harmless. */
export interface Log {
  /** Starts a stage's group; ends the one before. */
  group(title: string): void
  endGroup(): void
  info(line: string): void
  /** Only shown with --verbose (or the runner's debug mode). */
  detail(text: string): void
  /** How far a long work is; takes the place of what was said of it before. Without `far` it is over. */
  progress(what: string, far?: string): void
}

/** Files that node runs for calls of @actions/cache and @actions/tool-cache; see src/host/actions-cache.ts and src/host/actions-tool-cache.ts. */
export interface CacheWorkers {
  readonly cache: string
  readonly toolCache: string
}

/** Every effect that a room may have. Files are read and written with node:fs by the rooms themselves. */
export interface Host {
  readonly log: Log
  /** Only where a runner is around. */
  readonly cacheWorkers?: CacheWorkers
  /** Throws GateError (`host.missing-program`) when the program does not exist; any exit status is the caller's business. */
  run(command: Command): Promise<Exit>
  start(command: Omit<Command, 'input' | 'logFile' | 'asRoot'> & { readonly stdoutFile: string }): Running
  /** Absolute path of a program in PATH, or undefined. */
  which(program: string): Promise<string | undefined>
}
