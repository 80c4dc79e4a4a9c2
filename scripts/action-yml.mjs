#!/usr/bin/env node
// Writes the inputs and outputs of action.yml and boot/action.yml from the tables of the sources (src/request/inputs.ts, src/handover/inputs.ts,
// src/report/outputs.ts).
import { Buffer } from 'node:buffer'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { parseDocument } from 'yaml'

const root = resolve(fileURLToPath(import.meta.url), '../..')

/** The exports of both tables, compiled in memory. */
async function tables() {
  const contents = "export { INPUT_LIST } from './src/request/inputs.ts'\nexport { BOOT_INPUTS } from './src/handover/inputs.ts'\nexport { OUTPUTS } from './src/report/outputs.ts'"
  const { outputFiles } = await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', write: false })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

const { INPUT_LIST, BOOT_INPUTS, OUTPUTS } = await tables()

/** Everything else in the file stays as it is. */
function write(path, inputs) {
  const file = resolve(root, path)
  const document = parseDocument(readFileSync(file, 'utf8'))
  document.set('inputs', document.createNode(Object.fromEntries(inputs.map(({ name, description, default: usual }) => [name, { description, required: false, default: usual }]))))
  document.set('outputs', document.createNode(Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }]))))
  writeFileSync(file, document.toString({ lineWidth: 150, singleQuote: true }))
}

write('action.yml', INPUT_LIST)
write('boot/action.yml', Object.values(BOOT_INPUTS))
