import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Host } from '../host/host.js'
import { otherSource } from '../kernel/featureset.js'
import type { Featureset, KernelTarget } from '../model/kernel.js'
import { lastLines } from '../text/bounded.js'
import { patchArgs, touchedFiles } from './patches.js'

/** Seconds for one patch; the one of 5.10 (700 kB) takes less than one. */
const PATCH_DEADLINE = 60
const EVIDENCE_LINES = 10

/** Files of the plain source without which the featureset's patches cannot be applied. */
export async function filesOfFeatureset({ patches }: Featureset): Promise<readonly string[]> {
  // Patches hold text of any encoding; only paths matter here.
  return touchedFiles(await Promise.all(patches.map((file) => readFile(file, 'latin1'))))
}

/**
 * Applies the patches one after the other to a tree that is thrown away when one of them does not fit.
 * @throws GateError `kernel.other-source` with what patch(1) says
 */
export async function applyFeatureset(host: Host, target: KernelTarget, { name, patches }: Featureset, treeDir: string): Promise<void> {
  host.log.info(`applying the ${patches.length} ${patches.length === 1 ? 'patch' : 'patches'} of featureset ${name}`)
  for (const file of patches) {
    const { status, stdout, stderr } = await host.run({ program: 'patch', args: patchArgs(treeDir, file), seconds: PATCH_DEADLINE })
    if (status !== 0) throw otherSource(target, name, `${basename(file)} cannot be applied:\n${lastLines(`${stdout}${stderr}`.trim(), EVIDENCE_LINES)}`)
  }
}
