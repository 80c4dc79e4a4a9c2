import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputEnvironment, parseMetadata } from './action-inputs.js'
import { parseFileCommands } from './file-commands.js'
import { type InRootOptions, type RootEnded, inRoot } from './in-root.js'
import { readReport, type ReportFile } from './report-file.js'
import { ACTION_DIR, NODE24 } from './roots.js'
import { type WorkflowCommand, parseWorkflowCommands } from './workflow-commands.js'

export const WORKSPACE = '/__w/repo/repo'

export interface StepResult extends RootEnded {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly commands: readonly WorkflowCommand[]
  /** Those of the commands that a person would see beside the code. */
  readonly annotations: readonly WorkflowCommand[]
  readonly groups: readonly string[]
  /** Variables and path entries that the step would give to later steps. */
  readonly exported: Readonly<Record<string, string>>
  readonly report: ReportFile | undefined
}

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'] as const

/**
 * Plays GitHub's runner for one step of a container job: same variables, same files, same directories, the node that
 * action.yml asks for, the committed dist; then reads back what the step left, by the runner's own rules. `action`: directory of another action of the repository.
 */
export async function runStep(root: string, inputs: Readonly<Record<string, string>>, { action = '.', ...options }: Omit<InRootOptions, 'cwd'> & { readonly action?: string }): Promise<StepResult> {
  const metadata = parseMetadata(readFileSync(join(root, ACTION_DIR, action, 'action.yml'), 'utf8'))
  if (metadata.runs.using !== 'node24') throw new Error(`this runner has node24 only, the action wants ${metadata.runs.using}`)
  const commandDir = '/__w/_temp/_runner_file_commands'
  for (const dir of [WORKSPACE, commandDir, '/__t', '/github/home']) mkdirSync(join(root, dir), { recursive: true })
  const files = FILES.map((name) => [name, `${commandDir}/${name.toLowerCase()}`] as const)
  for (const [, file] of files) writeFileSync(join(root, file), '')

  const ended = await inRoot(root, [NODE24, join(ACTION_DIR, action, metadata.runs.main)], {
    ...options,
    cwd: WORKSPACE,
    env: {
      CI: 'true',
      HOME: '/github/home',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION: '__kmod-gate_kmod-gate',
      GITHUB_ACTION_REPOSITORY: 'kmod-gate/kmod-gate',
      GITHUB_ACTION_REF: 'v1',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_JOB: 'gate',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'someone/driver',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_RUN_ID: '1',
      GITHUB_SHA: '0000000000000000000000000000000000000000',
      GITHUB_WORKFLOW: 'gate',
      GITHUB_WORKSPACE: WORKSPACE,
      RUNNER_ARCH: 'X64',
      RUNNER_OS: 'Linux',
      RUNNER_TEMP: '/__w/_temp',
      RUNNER_TOOL_CACHE: '/__t',
      ...Object.fromEntries(files),
      ...inputEnvironment(metadata, inputs),
      ...options.env,
    },
  })

  const left = (name: (typeof FILES)[number]): string => readFileSync(join(root, commandDir, name.toLowerCase()), 'utf8')
  const commands = parseWorkflowCommands(ended.output)
  const outputs = parseFileCommands(left('GITHUB_OUTPUT'))
  const report = outputs['report']
  return {
    ...ended,
    outputs,
    summary: left('GITHUB_STEP_SUMMARY'),
    commands,
    annotations: commands.filter(({ name }) => name === 'error' || name === 'warning' || name === 'notice'),
    groups: commands.filter(({ name }) => name === 'group').map(({ data }) => data),
    exported: { ...parseFileCommands(left('GITHUB_ENV')), ...(left('GITHUB_PATH') === '' ? {} : { PATH: left('GITHUB_PATH') }) },
    report: report === undefined || report === '' ? undefined : readReport(join(root, report)),
  }
}
