import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { dkmsStage } from '../../src/gate/dkms-stage.js'
import type { Host } from '../../src/host/host.js'
import type { Request } from '../../src/model/request.js'
import { BASE, realHost } from '../dkms/reading.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { REQUEST } from '../report/samples.js'

const scratch = scratchDirectories()
const RELEASE = '6.1.0-56-amd64'

/** Runs everything but apt-cache, which says that this suite gives `dkms`. */
function hostWith(dkms: string): Host & { readonly asked: string[] } {
  const host = realHost()
  const asked: string[] = []
  return {
    ...host,
    asked,
    run: (command) => {
      asked.push(command.program)
      return command.program === 'apt-cache' ? Promise.resolve({ status: 0, stdout: `dkms:\n  Installed: (none)\n  Candidate: ${dkms}\n`, stderr: '', timedOut: false, seconds: 0 }) : host.run(command)
    },
  }
}

async function stage(conf: string, dkms = '3.0.10-8+deb12u1') {
  const [repository, workDir, treeDir, outputDir] = [scratch(), scratch(), scratch(), scratch()]
  mkdirSync(join(repository, 'driver'))
  writeFileSync(join(repository, 'driver/dkms.conf'), BASE + conf)
  const module = { kind: 'out-of-tree', repository, path: 'driver' } as const
  const request: Request = { ...REQUEST, module, outputDir }
  const before = readdirSync(join(repository, 'driver'))
  const outcome = await dkmsStage(hostWith(dkms), request, module, { treeDir, release: RELEASE, srcarch: 'x86', cc: 'gcc-12', jobs: 1 }, workDir, 'x86_64')
  expect(readdirSync(join(repository, 'driver'))).toEqual(before)
  return { ...outcome, workDir, outputDir }
}

test('a kernel that the package leaves out is a skip, and nothing is built', async () => {
  const { findings, modules, workDir } = await stage('BUILD_EXCLUSIVE_ARCH="^s390"\nMAKE="touch thing.ko"\n')
  expect(findings).toMatchObject([{ id: 'build.dkms-excluded', severity: 'skip', place: { file: 'driver/dkms.conf', line: 5 } }])
  expect([modules, existsSync(join(workDir, 'dkms'))]).toEqual([[], false])
})

test('the suite’s dkms decides by which rules', async () => {
  const range = 'BUILD_EXCLUSIVE_KERNEL_MAX=5.2\nMAKE="false"\n'
  expect((await stage(range)).findings.map(({ id }) => id)).toEqual(['build.failed'])
  expect((await stage(range, '3.2.2-1~deb13u2')).findings.map(({ id }) => id)).toEqual(['build.dkms-excluded'])
})

test('a file that dkms would refuse is a fault, at its place in the repository', async () => {
  const { findings, modules } = await stage('DEST_MODULE_LOCATION=/opt\n')
  expect(findings).toMatchObject([{ id: 'build.dkms-conf', severity: 'fail', place: { file: 'driver/dkms.conf' } }])
  expect(modules).toEqual([])
})

test('MAKE runs in a copy; the modules that are named are taken, with their places, and no other', async () => {
  const ko = resolve('__tests__/fixtures/module/crct10dif_generic/module.ko')
  const { findings, modules, sources, summary, outputDir } = await stage(`BUILT_MODULE_LOCATION=src\nMAKE="mkdir src; cp ${ko} src/thing.ko; cp ${ko} stray.ko"\n`)
  expect(findings).toEqual([])
  expect(modules.map(({ name, path, file }) => [name, path, file])).toEqual([['crct10dif_generic', 'src/thing.ko', join(outputDir, 'modules/src/thing.ko')]])
  expect(readFileSync(join(outputDir, 'modules/src/thing.ko'))).toEqual(readFileSync(ko))
  expect(existsSync(join(outputDir, 'modules/stray.ko'))).toBe(false)
  expect(sources).toEqual({ buildDir: '/usr/src/thing-1.0', repositoryPath: 'driver' })
  expect(summary).toBe('thing 1.0, as dkms 3.0.10 builds it: src/thing.ko')
})
