import { readFile } from 'node:fs/promises'
import { architectureOf, crossFor } from '../architecture/table.js'
import type { Host } from '../host/host.js'
import { type ConfigMap, parseConfig } from '../kconfig/parse.js'
import type { Finding } from '../model/finding.js'
import { type HeadersKit, usesHeaders } from '../model/kernel.js'
import type { Toolchain } from '../model/toolchain.js'
import { toolFindings } from '../toolchain/findings.js'
import { inspectToolchain } from '../toolchain/inspect.js'
import type { Outcome } from './recorder.js'

export interface Inspected {
  readonly toolchain: Toolchain
  /** Findings that the guard may tell better: what a tool does to the configuration. */
  readonly pending: readonly Finding[]
}

/** What a kernel of this configuration was built with, and what there is; `shipped`: the compiled programs of its packages are used. */
export function inspectFor(host: Host, { series, flavour }: HeadersKit['target'], config: ConfigMap, shipped: boolean): Promise<Toolchain> {
  return inspectToolchain(host, config, series, { hidden: true, shipped, cross: crossFor(architectureOf({ flavour })) })
}

/** Compares the tools with the kernel's own; `ahead` is what inspectFor() gives when it could begin earlier. Only what stops the build ends the run here. */
export async function toolchainStage(host: Host, kit: HeadersKit, ahead?: Promise<Toolchain>): Promise<Outcome<Inspected>> {
  const toolchain = await (ahead ?? inspectFor(host, kit.target, parseConfig(await readFile(kit.headersConfig, 'utf8')), usesHeaders(kit)))
  const findings = toolFindings(toolchain.tools)
  const bad = toolchain.tools.filter((tool) => tool.state !== 'ok')
  const summary = bad.length === 0 ? `${toolchain.cc} and ${toolchain.tools.length - 1} others, each as the kernel’s .config says` : bad.map((tool) => `${tool.tool} ${tool.state === 'missing' ? 'is missing' : 'has another version'}`).join(', ')
  return { value: { toolchain, pending: findings.filter(({ severity }) => severity !== 'error') }, findings: findings.filter(({ severity }) => severity === 'error'), summary }
}
