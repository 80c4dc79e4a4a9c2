import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { validateAction } from '@actions/languageservice/validate-action'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { KERNELS_INPUTS, KERNELS_OUTPUTS } from '../../src/matrix/inputs.js'
import { runKernels, runKernelsAction } from '../../src/matrix/run.js'
import { OK, recordedApt as apt } from './recorded.js'

const AROUND = { cwd: '/', home: '/', processors: 1, variables: {} }
async function cli(args: readonly string[], host = apt()) {
  const said = { out: '', err: '' }
  const status = await runKernels(args, { createHost: () => host }, AROUND, { write: (text) => (said.out += text) }, { write: (text) => (said.err += text) })
  return { status, ...said }
}

async function step(inputs: Readonly<Record<string, string>>, host = apt()) {
  const seen = { outputs: {} as Record<string, string>, failed: '', summary: '', said: '' }
  const log = { group: () => undefined, endGroup: () => undefined, detail: () => undefined, progress: () => undefined, info: (line: string) => void (seen.said += line) }
  await runKernelsAction(
    {
      getInput: (name) => inputs[name] ?? '',
      setOutput: (name, value) => void (seen.outputs[name] = value),
      setFailed: (message) => void (seen.failed = message),
      addSummary: (markdown) => Promise.resolve(void (seen.summary += markdown)),
      log,
    },
    { createHost: () => host },
  )
  return seen
}

test('a table on standard output', async () => {
  const { status, out, err } = await cli(['trixie', 'bookworm/cloud', '--advisory', 'sid'])
  expect([status, err]).toEqual([0, ''])
  const rows = out.trimEnd().split('\n')
  expect(rows.slice(-4)).toEqual([
    'kernel                packages    suite     container        counts    asked for as',
    '6.12.117+deb13-amd64  6.12.117-1  trixie    debian:trixie    required  trixie',
    '6.1.0-56-cloud-amd64  6.1.192-2   bookworm  debian:bookworm  required  bookworm/cloud',
    '7.2.13+deb14-amd64    7.2.13-1    sid       debian:sid       advisory  sid',
  ])
})

test('kernels of another architecture are looked for in its own lists, and stand beside the others', async () => {
  const { status, out, err } = await cli(['--json', 'default', 'trixie:arm64', 'trixie/cloud:arm64?'])
  expect([status, err]).toEqual([0, expect.stringContaining('asked for as')])
  expect((JSON.parse(out) as { readonly include: readonly Record<string, unknown>[] }).include.map(({ kernel, flavour, image, required }) => [kernel, flavour, image, required])).toEqual([
    ['6.1.0-56-amd64', 'amd64', 'debian:bookworm', true],
    ['6.12.117+deb13-arm64', 'arm64', 'debian:trixie', true],
    ['6.12.117+deb13-cloud-arm64', 'cloud-arm64', 'debian:trixie', false],
  ])
})

test('--json: the matrix alone on standard output', async () => {
  const { status, out, err } = await cli(['--json', 'trixie'])
  expect(status).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ include: [{ kernel: '6.12.117+deb13-amd64', required: true }] })
  expect(err).toContain('asked for as')
})

test('without a word it is the default kernel', async () => expect((await cli([])).out).toContain('6.1.0-56-amd64'))

test('only indices that are needed are fetched', async () => {
  const fetched: string[] = []
  const suites = (): (readonly string[])[] => fetched.map((text) => [...text.matchAll(/^Suites: (.*)$/gm)].flatMap(([, names = '']) => names.split(' ')))
  await cli(['sid'], apt(fetched))
  expect(suites()).toEqual([['sid']])
  fetched.length = 0
  await cli(['6.12', 'trixie'], apt(fetched))
  expect(suites()).toEqual([['trixie', 'trixie-updates', 'trixie-security'], ['bookworm', 'bookworm-updates', 'bookworm-security']])
  fetched.length = 0
  await cli(['7.3'], apt(fetched))
  expect(suites()).toHaveLength(2)
  expect(suites()[1]).toContain('trixie-backports')
})

test('the machine’s own sources, lists and cache are out of reach of every call', async () => {
  const host = apt()
  await cli(['trixie'], host)
  const calls = host.commands.filter(({ program, args }) => program.startsWith('apt-') && !args.includes('--print-uris'))
  expect(calls.length).toBeGreaterThan(2)
  for (const { args, asRoot } of calls) {
    // What such a file holds is tested in suites/sources.test.ts.
    expect(args[args.indexOf('--config-file') + 1]).toMatch(/\/kmod-gate-apt-\w+\/apt\/[\w-]+\/apt\.conf$/)
    expect(asRoot).toBeUndefined()
  }
})

test.each<[readonly string[], number, RegExp]>([
  [['trixy'], 2, /kernels: "trixy" cannot be used/],
  [['trixie/6.6'], 2, /These would match: trixie: /],
  [['kali-rolling'], 3, /no mirror of kali-rolling[^]*kalilinux\/kali-rolling/],
  [['--wrong', 'x'], 2, /no input --wrong/],
  [['--advisory'], 2, /needs a value/],
  [['--json=1'], 2, /takes no value/],
])('%j ends with %i', async (args, status, message) => {
  const ended = await cli(args)
  expect(ended.status).toBe(status)
  expect(ended.err).toMatch(message)
  expect(ended.out).toBe('')
})

test('apt’s own reason is told', async () => {
  const host = apt()
  const ended = await cli(['trixie'], { ...host, run: (command) => (command.args.includes('update') && !command.args.includes('--print-uris') ? Promise.resolve({ ...OK, status: 100, stderr: "E: The repository 'http://m.example trixie Release' does not have a Release file." }) : host.run(command)) })
  expect(ended.status).toBe(3)
  expect(ended.err).toMatch(/package lists of trixie: there is no repository at/)
})

test('--help names all inputs', async () => {
  const { out, status } = await cli(['--help'])
  expect(status).toBe(0)
  for (const { name } of Object.values(KERNELS_INPUTS)) expect(out).toContain(`--${name} `)
})

test('a step sets its outputs and shows the table', async () => {
  const seen = await step({ kernels: 'trixie\nsid?' })
  expect(seen.failed).toBe('')
  expect(seen.outputs['count']).toBe('2')
  expect(JSON.parse(seen.outputs['matrix'] ?? '')).toMatchObject({ include: [{ image: 'debian:trixie' }, { image: 'debian:sid', required: false }] })
  expect(seen.summary).toContain('| 6.12.117+deb13-amd64 | 6.12.117-1 | trixie |')
  expect(seen.said).toContain('debian:sid')
})

test('a step that fails leaves no matrix behind', async () => {
  const seen = await step({ kernels: 'trixie/6.6' })
  expect(seen.failed).toMatch(/These would match/)
  expect(seen.outputs).toEqual({ matrix: '', count: '0' })
})

const text = readFileSync('kernels/action.yml', 'utf8')
const action = parse(text) as { readonly inputs: unknown; readonly outputs: unknown; readonly runs: unknown }

test('kernels/action.yml says what the tables say', () => {
  expect(action.inputs).toEqual(Object.fromEntries(Object.values(KERNELS_INPUTS).map(({ name, description, default: usual }) => [name, { description, required: false, default: usual }])))
  expect(action.outputs).toEqual(Object.fromEntries(Object.entries(KERNELS_OUTPUTS).map(([name, description]) => [name, { description }])))
  expect(action.runs).toEqual({ using: 'node24', main: '../dist/kernels/index.js' })
})

let texts = 0
const problems = async (content: string): Promise<readonly unknown[]> =>
  (await validateAction(TextDocument.create(`file:///kernels-${texts++}/action.yml`, 'yaml', 1, content))).map(({ message }) => message)

test("GitHub's own validation has nothing to say, and would have", async () => {
  expect(await problems(text)).toEqual([])
  expect(await problems(text.replace('using: node24', 'using: node23'))).not.toEqual([])
})
