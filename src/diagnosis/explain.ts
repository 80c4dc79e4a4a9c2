import { readFile, stat } from 'node:fs/promises'
import { UsageError } from '../model/errors.js'
import { diagnose } from './diagnose.js'
import type { Diagnosis } from './diagnosis.js'
import { explainConfigs, isConfig } from './explain-config.js'
import { explanationText } from './explain-text.js'
import type { Explanation } from './explanation.js'
import { linesOf, loaderMessage } from './lines.js'

/** Bytes of a file that is explained. */
const LARGEST = 256 << 20

/**
 * What a text from anywhere says: a kernel log, a build log, both mixed as in the log of a CI job; or a pair of .config files, the kernel's first.
 * A line counts for what its form says it is, so nobody has to say which kind of text it is.
 * @throws GateError `config.malformed` when a .config cannot be read
 */
export function explain(input: string | { readonly before: string; readonly after: string }): Explanation[] {
  if (typeof input !== 'string') return explainConfigs(input.before, input.after)
  const loader = [...linesOf(input)].filter(({ message }) => loaderMessage(message) !== undefined).map(({ raw }) => raw).join('\n')
  return diagnose({ kernelLog: input, insmod: loader, buildLog: input }).map(explanationOf)
}

function explanationOf(diagnosis: Diagnosis): Explanation {
  const { title, evidence, explanation, remedy, doc, weight, stage, change } = diagnosis
  const kind = stage === 'build' ? 'build log' : evidence.some((line) => loaderMessage(line) !== undefined) ? 'loading program' : 'kernel log'
  return { kind, title, evidence, explanation: change === undefined ? explanation : `${change} ${explanation}`, remedy, doc, harmless: weight === 'harmless' }
}

/** What `kmod-gate explain` prints, and how many causes (harmless lines apart) it found. */
export interface Explained {
  readonly text: string
  readonly found: number
}

/**
 * `kmod-gate explain [FILE…]`: no file, or `-`, is standard input; two .config files are compared; everything else is explained file by file.
 * @throws UsageError when a file cannot be read or one .config stands alone, GateError when a .config is malformed
 */
export async function explainCommand(files: readonly string[], stdin: () => Promise<string>): Promise<Explained> {
  const names = files.length === 0 ? ['-'] : files
  const texts: { readonly name: string; readonly text: string }[] = []
  for (const name of names) texts.push({ name, text: name === '-' ? await stdin() : await readText(name) })
  const configs = texts.filter(({ text }) => isConfig(text))
  const [before, after] = configs
  if (before !== undefined && (after === undefined || configs.length > 2)) throw new UsageError('explain', before.name, `${after === undefined ? 'It is the only .config among what was given' : `${configs.length} .config files were given`}. Give two: the kernel’s own first, yours second.`)
  const parts = [
    ...(before === undefined || after === undefined ? [] : [{ name: `${before.name} and ${after.name}`, found: explain({ before: before.text, after: after.text }), nothing: 'The two configurations do not differ.' }]),
    ...texts.filter((text) => !configs.includes(text)).map(({ name, text }) => ({ name, found: explain(text), nothing: 'No known cause of a failure is in this text.' })),
  ]
  const shown = parts.map(({ name, found, nothing }) => `${parts.length > 1 ? `${name === '-' ? 'standard input' : name}:\n\n` : ''}${found.length === 0 ? nothing : explanationText(found)}`)
  return { text: `${shown.join('\n\n')}\n`, found: parts.flatMap(({ found }) => found).filter(({ harmless }) => !harmless).length }
}

async function readText(name: string): Promise<string> {
  const allowed = 'Give the name of a text file: a kernel log, a build log, or two .config files.'
  const info = await stat(name).catch(() => undefined)
  if (info === undefined || !info.isFile()) throw new UsageError('explain', name, `There is no such file. ${allowed}`)
  if (info.size > LARGEST) throw new UsageError('explain', name, `It has ${info.size} bytes, and at most ${LARGEST} are read.`)
  return readFile(name, 'utf8').catch(() => {
    throw new UsageError('explain', name, `It cannot be read. ${allowed}`)
  })
}
