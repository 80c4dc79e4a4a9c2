import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GateError } from '../model/errors.js'
import { KconfigBuilder } from './builder.js'
import { logicalLines } from './lines.js'
import type { KconfigModel } from './model.js'
import { tokenize } from './tokens.js'

/** How deep `source` may nest; the kernel's own files reach about eight. */
const MAX_DEPTH = 64

/**
 * Reads the Kconfig files of a kernel tree from its top-level Kconfig on, following `source`
 * (Documentation/kbuild/kconfig-language.rst). What the parser does not know is passed over: the kernel's own
 * `conf` is the judge of the language, this model only explains what it did.
 *
 * `srcarch` is the name of a directory below arch/, `x86` for amd64.
 * Throws GateError `config.no-kconfig` when the tree has no Kconfig at its root.
 */
export async function loadKconfig(treeDir: string, srcarch: string): Promise<KconfigModel> {
  const builder = new KconfigBuilder()
  const variables: Readonly<Record<string, string>> = { SRCARCH: srcarch, HEADER_ARCH: srcarch, srctree: '.' }
  const missing: string[] = []
  const open = new Set<string>()
  const reads = new Map<string, Promise<string | undefined>>()

  function read(file: string): Promise<string | undefined> {
    const known = reads.get(file) ?? readIfThere(join(treeDir, file))
    reads.set(file, known)
    return known
  }

  async function follow(file: string): Promise<void> {
    const text = open.has(file) || open.size >= MAX_DEPTH ? undefined : await read(file)
    if (text === undefined) {
      missing.push(file)
      return
    }
    open.add(file)
    const lines = [...logicalLines(text)].map((line) => ({ ...line, sourced: sourcedFile(line.text, variables) }))
    // Order matters for meaning, not for reading: files one after another would cost their latency 1600 times.
    for (const { sourced } of lines) if (sourced !== undefined) void read(sourced)
    for (const { number, text: line, sourced } of lines) {
      if (sourced === undefined) builder.line(tokenize(line), file, number)
      else await follow(sourced)
    }
    open.delete(file)
  }

  await follow('Kconfig')
  if (missing[0] === 'Kconfig') throw noKconfig()
  return builder.model(missing)
}

function sourcedFile(line: string, variables: Readonly<Record<string, string>>): string | undefined {
  const path = /^[or]*source\s/.test(line) ? tokenize(line)[1]?.text : undefined
  return path === undefined ? undefined : expand(path, variables)
}

/** Variables of make that Kconfig files use in paths; an unknown one stays as it is, and the file is then missing. */
function expand(path: string, variables: Readonly<Record<string, string>>): string {
  return path.replace(/\$\((\w+)\)/g, (call, name: string) => variables[name] ?? call).replace(/^\.\//, '')
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

function noKconfig(): GateError {
  return new GateError({
    id: 'config.no-kconfig',
    stage: 'guard',
    severity: 'error',
    title: 'The kernel tree has no Kconfig file at its root, so changes of the config cannot be explained.',
    remedy: 'Unpack the kernel source again.',
  })
}
