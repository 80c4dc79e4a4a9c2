import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { checkout, gateStep, preparedRoot } from '../../support/gate.js'
import { PROJECT } from '../../support/paths.js'

const EMPTY: readonly string[] = []

test('the guest of Debian 11, whose busybox has no base64, says all the same what it found', async () => {
  const { root, first } = await preparedRoot('bullseye')
  expect([first.report?.verdict, first.report?.guest?.leftovers]).toEqual(['pass', EMPTY])
  expect(first.report?.guest?.log).toContain('hello: hello, world')
  checkout(root, join(PROJECT, 'examples/gallery/chrdev-leftover'), 'leftover')
  const step = await gateStep(root, { module: 'leftover', test: 'echo to the one; echo to the other >&2' })
  expect(step.report?.verdict).toBe('fail')
  expect(step.report?.findings.filter(({ severity }) => severity === 'fail').map(({ id }) => id)).toContain('guest.leftover')
  expect(step.report?.guest?.tests?.[0]).toMatchObject({ whole: true, stdout: 'to the one\n', stderr: 'to the other\n' })
}, 900_000)
