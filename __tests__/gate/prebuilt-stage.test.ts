import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { prebuiltStage } from '../../src/gate/prebuilt-stage.js'
import type { Host } from '../../src/host/host.js'
import { PROJECT } from '../support/paths.js'

const MODULE = join(PROJECT, '__tests__/fixtures/module/crct10dif_generic/module.ko')
// Nothing is run for modules that are not compressed.
const HOST = {} as Host

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'prebuilt-test-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const given = (...names: string[]) =>
  names.map((name) => {
    copyFileSync(MODULE, join(dir, name))
    return join(dir, name)
  })

test('a module has the name that it says, whatever its file is called', async () => {
  const { value } = await prebuiltStage(HOST, given('crct10dif-6.1.0-2.ko'), join(dir, 'out'), dir)
  expect(value).toMatchObject([{ name: 'crct10dif_generic', path: 'crct10dif-6.1.0-2.ko' }])
})

test('two files of one module are refused', async () => {
  const both = prebuiltStage(HOST, given('a.ko', 'b.ko'), join(dir, 'out'), dir)
  await expect(both).rejects.toMatchObject({ message: expect.stringMatching(/modules.*b\.ko.*a\.ko is crct10dif_generic too/s) })
})
