import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { inRoot } from '../support/in-root.js'
import { readReport } from '../support/report-file.js'
import { copyProject, freshRoot, removeRoot, type Suite } from '../support/roots.js'

// The README's local command as it stands there, in roots where nothing was installed before.
test.each<Suite>(['trixie', 'bookworm'])('bin/kmod-gate check examples/hello in a bare %s, with the node that the launcher installs', async (suite) => {
  const root = await freshRoot(suite)
  try {
    copyProject(join(root, 'root/kmod-gate'))
    const ended = await inRoot(root, ['bin/kmod-gate', 'check', 'examples/hello'], { timeout: 420, cwd: '/root/kmod-gate' })
    expect({ status: ended.status, output: ended.output }).toMatchObject({ status: 0 })
    expect(ended.output).toMatch(/\bpass\b/i)
    expect(ended.output.split('\n').length).toBeLessThan(60)
    expect(readReport(join(root, 'root/kmod-gate/kmod-gate-out/report.json'))?.verdict).toBe('pass')
    expect(ended.leftovers).toEqual([])
  } finally {
    removeRoot(root)
  }
}, 480_000)
