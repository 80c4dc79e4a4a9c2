import { expect, test } from '@jest/globals'
import { HELLO, checkout, gateStep, moduleFolder, preparedRoot } from '../../support/gate.js'
import { mustInRoot } from '../../support/in-root.js'
import { guestSteps, stageOf, threeTimes, weighty } from '../../support/report-file.js'

// By hand on a busy machine of two cores: five minutes for the first run, 40 seconds for the second, which finds the tree prepared.
test('a kernel of arm64 in a container of amd64: built, proven, booted, and dpkg knows nothing of it', async () => {
  const { root } = await preparedRoot('trixie')
  checkout(root, HELLO, 'hello')
  const good = await gateStep(root, { module: 'hello', kernel: 'trixie:arm64' })
  expect([good.outputs['verdict'], weighty(good.report)]).toEqual(['pass', []])
  expect(good.report?.guest).toMatchObject({ entry: 'Image', accelerator: 'tcg' })
  expect(good.outputs['kernel-release']).toMatch(/-arm64$/)
  expect(guestSteps(good.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
  expect(stageOf(good.report, 'proof')?.outcome).toBe('pass')
  expect((await mustInRoot(root, ['dpkg', '--print-foreign-architectures'], { timeout: 30 })).stdout).toBe('')

  checkout(root, moduleFolder('oops'), 'oops')
  const bad = await gateStep(root, { module: 'oops', kernel: good.outputs['kernel-release'] ?? '' })
  expect(bad.outputs['verdict']).toBe('fail')
  expect(bad.report?.findings.map(({ id }) => id)).toContain('guest.oops')
}, 1_200_000)
