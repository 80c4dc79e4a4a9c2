import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { validateAction } from '@actions/languageservice/validate-action'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { OUTPUTS } from '../../src/report/outputs.js'
import { INPUT_LIST } from '../../src/request/inputs.js'

const text = readFileSync('action.yml', 'utf8')
const action = parse(text) as { readonly inputs: unknown; readonly outputs: unknown; readonly runs: unknown }

test('inputs, defaults and descriptions are those of the table', () => {
  expect(action.inputs).toEqual(Object.fromEntries(INPUT_LIST.map(({ name, description, default: usual }) => [name, { description, required: false, default: usual }])))
})

test('outputs are those that are set', () => {
  expect(action.outputs).toEqual(Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }])))
})

test('it runs the committed dist with node 24', () => expect(action.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' }))

// The service remembers what it parsed by address, so that every text needs its own.
let texts = 0
const problems = async (content: string): Promise<readonly unknown[]> =>
  (await validateAction(TextDocument.create(`file:///${texts++}/action.yml`, 'yaml', 1, content))).map(({ message }) => message)

test("GitHub's own validation has nothing to say, and would have", async () => {
  expect(await problems(text)).toEqual([])
  for (const [right, wrong] of [['using: node24', 'using: node23'], ['main: ', 'mein: ']] as const) {
    expect([wrong, await problems(text.replace(right, wrong))]).not.toEqual([wrong, []])
  }
})
