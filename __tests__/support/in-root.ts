import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { SUPPORT } from './paths.js'
import { type Ended, runProcess } from './run-process.js'

export interface InRootOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Seconds. */
  readonly timeout: number
  /** `false`: a network namespace of its own with nothing in it. */
  readonly network?: boolean
  /** Working directory inside the root. */
  readonly cwd?: string
  /** Pairs of a path outside and the place inside the root where it appears. */
  readonly binds?: readonly (readonly [outside: string, inside: string])[]
}

export interface RootEnded extends Ended {
  /** Names of processes that outlived the program by two seconds. */
  readonly leftovers: readonly string[]
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs a program in a root with process, mount and (on request) network namespaces of its own. Nothing that it starts can
 * outlive the namespace, but what tried to is named in `leftovers`.
 */
export async function inRoot(root: string, argv: readonly string[], options: InRootOptions): Promise<RootEnded> {
  const scratch = await mkdtemp(join(tmpdir(), 'kmod-gate-in-root-'))
  const leftovers = join(scratch, 'leftovers')
  const binds = (options.binds ?? []).map(([outside, inside]) => `${outside}\t${inside}\n`).join('')
  const net = options.network === false ? ['--net'] : []
  // By env(1) and not through the shells on the way: these drop variables whose names have dashes, as a runner's have.
  const program = ['env', '-i', ...Object.entries({ PATH, HOME: '/root', LANG: 'C.UTF-8', ...options.env }).map(([name, value]) => `${name}=${value}`), ...argv]
  try {
    const ended = await runProcess(['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child', ...net, join(SUPPORT, 'enter-root.sh'), root, leftovers, options.cwd ?? '/', ...program], {
      env: { PATH, BINDS: binds },
      timeout: options.timeout,
    })
    const left = await readFile(leftovers, 'utf8').catch(() => '')
    return { ...ended, leftovers: left.split('\n').filter((name) => name !== '') }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The same, for steps that a test only needs done. Throws with the program's output when it fails. */
export async function mustInRoot(root: string, argv: readonly string[], options: InRootOptions): Promise<RootEnded> {
  const ended = await inRoot(root, argv, options)
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: status ${ended.status}\n${ended.output}`)
  return ended
}
