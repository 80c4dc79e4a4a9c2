import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../model/errors.js'
import { valueOf } from '../matrix/command-line.js'
import type { GetInput } from '../request/read-request.js'
import type { Surroundings } from '../request/surroundings.js'
import { lines, text } from '../request/values.js'
import { collectReports } from './collect.js'
import { parseMatrix } from './expected.js'
import { VERDICT_INPUTS } from './inputs.js'
import { judgeRelease, type ReleaseVerdict } from './judge.js'
import { NO_POLICY, parsePolicy, type Policy } from './policy.js'
import { writeVerdict, type VerdictFiles } from './write.js'

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Reads all reports, judges them and writes what a release attaches.
 * @throws UsageError for inputs, a policy or a matrix that cannot be used
 */
export async function decide(input: GetInput, { cwd, variables }: Surroundings, now: Date): Promise<{ readonly verdict: ReleaseVerdict; readonly files: VerdictFiles }> {
  const reports = resolve(cwd, valueOf(VERDICT_INPUTS.reports, input))
  const policy = await readPolicy(valueOf(VERDICT_INPUTS.policy, input), cwd)
  const matrix = await readMatrix(valueOf(VERDICT_INPUTS.matrix, input), cwd)
  const required = lines(text)(valueOf(VERDICT_INPUTS.required, input), VERDICT_INPUTS.required.name)
  const commit = commitOf(valueOf(VERDICT_INPUTS.commit, input).toLowerCase() || (variables['GITHUB_SHA'] ?? ''))
  const repository = variables['GITHUB_REPOSITORY'] ?? ''
  const found = await stat(reports).then((entry) => entry.isDirectory(), () => false)
  const verdict = judgeRelease({
    // Jobs that left nothing leave no directory either: that is the verdict's business, and not wrong usage.
    submissions: found ? await collectReports(reports) : [],
    ...(matrix !== undefined && { matrix }),
    policy: { ...policy, required: [...policy.required, ...required] },
    ...(commit !== undefined && { commit }),
    ...(repository !== '' && { repository }),
    allowUnknownCommit: valueOf(VERDICT_INPUTS.allowUnknownCommit, input),
    now,
  })
  return { verdict, files: await writeVerdict(verdict, resolve(cwd, valueOf(VERDICT_INPUTS.outputDir, input)), now) }
}

function commitOf(value: string): string | undefined {
  if (value === '' || COMMIT.test(value)) return value === '' ? undefined : value
  throw new UsageError(VERDICT_INPUTS.commit.name, value, 'Allowed is a whole commit hash.')
}

async function readPolicy(file: string, cwd: string): Promise<Policy> {
  return file === '' ? NO_POLICY : parsePolicy(await contentOf(file, cwd, VERDICT_INPUTS.policy.name), file)
}

async function readMatrix(value: string, cwd: string): Promise<ReturnType<typeof parseMatrix> | undefined> {
  const { name } = VERDICT_INPUTS.matrix
  if (value === '') return undefined
  return parseMatrix(/^\s*[[{]/.test(value) ? value : await contentOf(value, cwd, name), name)
}

async function contentOf(file: string, cwd: string, input: string): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw new UsageError(input, file, `It cannot be read (${error instanceof Error ? error.message : String(error)}).`)
  })
}
