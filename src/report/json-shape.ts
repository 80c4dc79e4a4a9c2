import type { BuiltModule } from '../model/built.js'
import type { Delta } from '../model/config.js'
import type { Finding, Place } from '../model/finding.js'
import type { BoundDevice, GuestRun, GuestStep, GuestTest } from '../model/guest.js'
import { isOwn, type KernelTarget, type OwnTarget, type PackageRef } from '../model/kernel.js'
import type { AbiProof, ModuleProof, ProofGap, TypeDifference } from '../model/proof.js'
import type { Report, StageResult } from '../model/report.js'
import type { Request } from '../model/request.js'
import type { ToolState } from '../model/toolchain.js'

type Shaped = Readonly<Record<string, unknown>>

/** The named keys of a value, in that order and no others: what a room adds for itself does not leak into the file. */
function shaped<T extends object>(...keys: readonly (keyof T & string)[]): (value: T) => Shaped {
  return (value) => Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]]))
}

const packageRef = shaped<PackageRef>('name', 'version', 'size', 'sha256')
const place = shaped<Place>('file', 'line', 'column')
const guestStep = shaped<GuestStep>('kind', 'module', 'own', 'outcome', 'status', 'message', 'seconds', 'cycle', 'references')
const guestTest = shaped<GuestTest>('cycle', 'outcome', 'status', 'dropped', 'whole', 'seconds', 'deadline')
const boundDevice = shaped<BoundDevice>('module', 'driver', 'bus', 'device')
const guestRun = shaped<GuestRun>('accelerator', 'acceleratorReason', 'entry', 'release', 'steps', 'bound', 'taint', 'leftovers', 'end', 'stopped', 'log', 'consoleTail', 'consoleFile', 'seconds')
const proofDifference = shaped<TypeDifference>('type', 'kernelSize', 'moduleSize', 'table', 'declaredIn', 'option')
const proofGap = shaped<ProofGap>('what', 'why', 'remedy', 'inherent')
const moduleProof = shaped<ModuleProof>('module', 'file', 'typesFrom', 'types', 'structModule', 'symbols', 'signatures', 'differences', 'shifted', 'gaps')
const delta = shaped<Delta>('symbol', 'before', 'after')
const finding = shaped<Finding>('id', 'stage', 'severity', 'title', 'detail', 'remedy', 'place')
const kernelTarget = shaped<KernelTarget>('release', 'packageVersion', 'flavour', 'series', 'image', 'headers', 'source', 'archive')
const ownTarget = shaped<OwnTarget>('release', 'series', 'flavour', 'tree', 'imageSha256', 'configSha256')

export const shapedStage = shaped<StageResult>('stage', 'outcome', 'seconds', 'summary')
export const shapedTool = shaped<ToolState>('tool', 'program', 'package', 'symbol', 'expected', 'actual', 'state')
export const shapedModule = shaped<BuiltModule>('name', 'file', 'path', 'sha256', 'size', 'depends', 'vermagic')
export const shapedRequest = shaped<Request>('module', 'kernel', 'options', 'allowances', 'makeArgs', 'dkms', 'jobs', 'install', 'abi', 'boot', 'bootTimeout', 'memory', 'cpus', 'scenario', 'autopsy', 'bundle', 'snapshotUrl', 'outputDir', 'cache', 'cacheDir', 'cacheDays')

export function shapedFinding(value: Finding): Shaped {
  return { ...finding(value), ...(value.place === undefined ? {} : { place: place(value.place) }) }
}

export function shapedTarget(value: KernelTarget | OwnTarget): Shaped {
  if (isOwn(value)) return ownTarget(value)
  return { ...kernelTarget(value), image: value.image.map(packageRef), headers: packageRef(value.headers), source: packageRef(value.source) }
}

export function shapedConfig({ deltas, groups, allowed }: NonNullable<Report['config']>): Shaped {
  return { deltas: deltas.map(delta), groups: groups.map((group) => ({ cause: group.cause, deltas: group.deltas.map(delta) })), allowed: allowed.map(delta) }
}

export function shapedProof({ kernelTypes, modules }: AbiProof): Shaped {
  return {
    ...(kernelTypes === undefined ? {} : { kernelTypes }),
    modules: modules.map((module) => ({ ...moduleProof(module), differences: module.differences.map(proofDifference), gaps: module.gaps.map(proofGap) })),
  }
}

/** Characters of a test's output that the report keeps; the files beside it have all. */
const TEXT = 65_536

const text = (data: Buffer): string => data.toString('utf8').slice(0, TEXT)

export function shapedGuest(value: GuestRun): Shaped {
  const tests = value.tests?.map((test) => ({ ...guestTest(test), stdout: text(test.stdout), stderr: text(test.stderr) }))
  return { ...guestRun(value), steps: value.steps.map(guestStep), ...(tests !== undefined && { tests }), ...(value.bound !== undefined && { bound: value.bound.map(boundDevice) }) }
}
