#!/usr/bin/env node
// Writes the tables of inputs and outputs in README.md from action.yml, between <!-- inputs --> … <!-- /inputs --> and the same for outputs.
// With --check nothing is written, and the exit status is 1 when the tables are stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const cell = (text) => String(text).replace(/\s+/g, ' ').trim().replaceAll('|', '\\|')
const table = (heads, rows) => [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** Both tables as Markdown. */
export function tablesOf(actionYml) {
  const { inputs, outputs } = parse(actionYml)
  const usual = (value) => (value === undefined || value === null || value === '' ? '' : `\`${cell(value)}\``)
  return {
    inputs: table(['input', 'default', ''], Object.entries(inputs).map(([name, input]) => [`\`${name}\``, usual(input.default), cell(input.description)])),
    outputs: table(['output', ''], Object.entries(outputs).map(([name, output]) => [`\`${name}\``, cell(output.description)])),
  }
}

/** The README with both tables put between their markers. Throws where a pair of markers is not there exactly once. */
export function withTables(readme, tables) {
  return Object.entries(tables).reduce((text, [name, markdown]) => {
    const parts = text.split(new RegExp(`(<!-- ${name} -->|<!-- /${name} -->)`))
    if (parts.length !== 5 || parts[1] !== `<!-- ${name} -->` || parts[3] !== `<!-- /${name} -->`) throw new Error(`README.md needs <!-- ${name} --> and then <!-- /${name} -->, each once`)
    return [parts[0], parts[1], `\n${markdown}\n`, parts[3], parts[4]].join('')
  }, readme)
}

function main(argv) {
  const root = resolve(fileURLToPath(import.meta.url), '../..')
  const file = resolve(root, 'README.md')
  const before = readFileSync(file, 'utf8')
  const after = withTables(before, tablesOf(readFileSync(resolve(root, 'action.yml'), 'utf8')))
  if (before === after) return 0
  if (argv.includes('--check')) {
    console.error('README.md does not say what action.yml says. Run: npm run docs')
    return 1
  }
  writeFileSync(file, after)
  return 0
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.slice(2))
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
