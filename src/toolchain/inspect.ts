import { join } from 'node:path'
import type { Architecture } from '../architecture/architecture.js'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { unquote, type ConfigMap } from '../kconfig/parse.js'
import type { Toolchain, ToolState } from '../model/toolchain.js'
import { compilerName, compilerPackage } from './compiler.js'
import { TEXT } from './encodings.js'
import { mustBeAbsent, usesTool } from './packages.js'
import { crossed, NEEDED_TOOLS, STATED_TOOLS, type NeededTool, type StatedTool } from './table.js'

/** Seconds that a tool has to say its version. */
const DEADLINE = 30

/** `expected` of a tool that the target was configured without. */
const UNUSED = 'none'

interface InspectOptions {
  /** The target's architecture, when it is not the machine's; nothing stands in for its compiler. */
  readonly cross?: Architecture | undefined
  /** make is called with hidingArgs(config), so that tools which the target was configured without do not matter. */
  readonly hidden?: boolean
  /** The programs of the kernel's scripts/ and tools/ come compiled, so that what they are made with is not needed. */
  readonly shipped?: boolean
}

/**
 * Looks up every tool that the target's config names or that its build needs, and asks each for its version in the way
 * the kernel's own scripts do. `series` is X.Y of linux-source.
 *
 * When the compiler of the config is missing, plain `gcc` stands in (as make's own default would), so that the guard can
 * show what that does to the config; the state of the tool stays `missing`.
 */
export async function inspectToolchain(host: Host, config: ConfigMap, series: string, { cross, hidden = false, shipped = false }: InspectOptions = {}): Promise<Toolchain> {
  const stated = STATED_TOOLS.filter(onceEach(config)).map((row) => ({ slow: row.program === 'rustc', look: () => inspectStated(host, config, crossed(row, cross), hidden) }))
  const needed = NEEDED_TOOLS.filter((row) => row.needed(config, series) && !(shipped && row.compiles === true)).map((row) => ({ slow: row.probe.kind === 'rust-file', look: async () => [await inspectNeeded(host, row)] }))
  const [others, compiler] = await Promise.all([slowFirst([...stated, ...needed]), inspectCompiler(host, config, cross)])
  return { cc: compiler.cc, tools: [compiler.state, ...others.flat()] }
}

interface Look {
  readonly slow: boolean
  readonly look: () => Promise<readonly ToolState[]>
}

/** Outcomes in this order; what is slow is begun before the rest, since starting a dozen programs takes a while: rustc takes three times as long as any other. */
function slowFirst(looks: readonly Look[]): Promise<readonly (readonly ToolState[])[]> {
  const begun = new Map(looks.filter(({ slow }) => slow).map((one) => [one, one.look()]))
  return Promise.all(looks.map((one) => begun.get(one) ?? one.look()))
}

/** rustc is stated twice; the text says more than the number, which is kept for configs without Rust. */
function onceEach(config: ConfigMap): (row: StatedTool) => boolean {
  return ({ symbol }) => symbol !== 'RUSTC_VERSION' || !config.has('RUSTC_VERSION_TEXT')
}

async function inspectCompiler(host: Host, config: ConfigMap, cross: Architecture | undefined): Promise<{ readonly cc: string; readonly state: ToolState }> {
  const name = compilerName(config, cross)
  const expected = unquote(config.get('CC_VERSION_TEXT') ?? '')
  const base = { tool: name, program: name, package: compilerPackage(name, cross), symbol: 'CC_VERSION_TEXT', ...(expected === '' ? {} : { expected }) }
  const output = await ask(host, name, ['--version'])
  if (output === undefined) {
    const standIn = cross !== undefined || (await host.which('gcc')) === undefined ? name : 'gcc'
    return { cc: standIn, state: { ...base, state: 'missing' } }
  }
  const actual = TEXT.encode(output) ?? ''
  return { cc: name, state: { ...base, actual, state: expected === '' || actual === expected ? 'ok' : 'other-version' } }
}

async function inspectStated(host: Host, config: ConfigMap, row: StatedTool, hidden: boolean): Promise<readonly ToolState[]> {
  const used = usesTool(row, config)
  if (!used && (hidden || !mustBeAbsent(row, config))) return []
  const { tool, program, symbol, encoding } = row
  const base = { tool, program, package: row.package, symbol }
  const output = await ask(host, program, row.args)
  const stated = unquote(config.get(symbol) ?? '')
  const found = output === undefined ? undefined : encoding.encode(output, stated)
  if (!used) return found === undefined ? [] : [{ ...base, expected: UNUSED, actual: encoding.human(found), state: 'other-version' }]
  const expected = encoding.human(stated)
  if (output === undefined) return [{ ...base, expected, state: 'missing' }]
  const actual = found === undefined ? (output.split('\n')[0] ?? '') : encoding.human(found)
  return [{ ...base, expected, actual, state: found === stated ? 'ok' : 'other-version' }]
}

async function inspectNeeded(host: Host, row: NeededTool): Promise<ToolState> {
  const state = (await isThere(host, row)) ? 'ok' : 'missing'
  return { tool: row.tool, program: row.probe.name, package: row.package, state }
}

async function isThere(host: Host, { probe: { kind, name } }: NeededTool): Promise<boolean> {
  switch (kind) {
    case 'program':
      return (await host.which(name)) !== undefined
    case 'header':
      return (await ask(host, 'gcc', ['-E', '-x', 'c', '-include', name, '/dev/null', '-o', '/dev/null'])) !== undefined
    case 'rust-file': {
      const sysroot = await ask(host, 'rustc', ['--print', 'sysroot'])
      return sysroot !== undefined && exists(join(sysroot.trim(), name))
    }
  }
}

/** What a program prints, or undefined when it is not there or does not succeed. */
async function ask(host: Host, program: string, args: readonly string[]): Promise<string | undefined> {
  if ((await host.which(program)) === undefined) return undefined
  const exit = await host.run({ program, args, env: { LC_ALL: 'C' }, seconds: DEADLINE })
  return exit.status === 0 ? exit.stdout : undefined
}
