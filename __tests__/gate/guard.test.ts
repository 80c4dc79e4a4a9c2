import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createGuard, type Guard } from '../../src/gate/guard.js'
import { createHost } from '../../src/host/create-host.js'
import { GateError } from '../../src/model/errors.js'
import type { HeadersKit, KernelImage } from '../../src/model/kernel.js'
import type { Request } from '../../src/model/request.js'
import { quietLog } from '../support/quiet-log.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kmod-gate-guard-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function guardOf(headers: string): Guard {
  const headersConfig = join(dir, 'headers')
  writeFileSync(headersConfig, headers)
  const setting = { treeDir: dir, release: '6.1.0', srcarch: 'x86', cc: 'gcc', jobs: 1 }
  return createGuard(createHost(quietLog()), {} as Request, { headersConfig } as HeadersKit, setting, [], () => Promise.resolve(true))
}

function imageOf(config: string): Promise<KernelImage> {
  const imageConfig = join(dir, 'image')
  writeFileSync(imageConfig, config)
  return Promise.resolve({ imageConfig, vmlinuz: '', modulesDir: '' })
}

test('headers and image that ship one configuration have no finding, others fail', async () => {
  const guard = guardOf('CONFIG_A=y\n')
  expect(await guard.shipped(imageOf('CONFIG_A=y\n'))).toEqual([])
  expect(await guard.shipped(imageOf('CONFIG_A=m\n'))).toMatchObject([{ id: 'config.headers-image-differ', severity: 'fail' }])
})

test('an image that cannot be had is an error to be told, never the end of what was found beside it', async () => {
  const lost = new GateError({ id: 'host.apt-stale', stage: 'install', severity: 'error', title: 'gone', remedy: 'Wait.' })
  expect(await guardOf('').shipped(Promise.reject(lost))).toEqual([lost.finding])
  await expect(guardOf('').shipped(Promise.reject(new TypeError('a defect')))).rejects.toThrow('a defect')
})
