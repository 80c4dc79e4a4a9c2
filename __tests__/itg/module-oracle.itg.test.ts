import { readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ElfFile, SHT, openElf } from '../../src/elf/elf.js'
import { relocationsOf } from '../../src/elf/relocations.js'
import { readSymbols } from '../../src/elf/symbols.js'
import { checkFile } from '../../src/symbols/file.js'
import { type ModuleFacts, moduleFacts } from '../../src/symbols/facts.js'
import { checkSymbols, siblingExports } from '../../src/symbols/imports.js'
import { moduleNameOf, parseSymvers } from '../../src/symbols/symvers.js'
import { checkVermagic } from '../../src/symbols/vermagic.js'
import { flagLetters, parseReadelf } from '../elf/readelf.js'
import { EVERYTHING } from '../support/extended.js'
import { runDir } from '../support/paths.js'
import { runProcess } from '../support/run-process.js'
import { KERNELS, type UnpackedKernel, knowSuites, unpackKernel } from '../symbols/kernel-packages.js'

/** As many modules of each kernel, spread over the package, and its largest one; all of them where everything is asked for. */
const SAMPLE = EVERYTHING ? Infinity : 60
/** Two at a time keep a small machine busy without crowding it. */
const AT_ONCE = 2

const MINUTES = EVERYTHING ? 600_000 : 60_000

beforeAll(knowSuites, 6 * MINUTES)

/** Runs to the end and gives what was printed, and the status. */
async function says(argv: readonly string[]): Promise<{ readonly status: number; readonly stdout: string }> {
  return runProcess(argv, { timeout: 60, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' } })
}

async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const one = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

function sampleOf(modules: readonly string[]): string[] {
  const every = Math.max(1, Math.ceil(modules.length / SAMPLE))
  const largest = modules.reduce((a, b) => (statSync(a).size >= statSync(b).size ? a : b))
  return [...new Set([...modules.filter((_, i) => i % every === 0), largest])]
}

/** Our reading in the same lines as readelf's. */
function ours(elf: ElfFile): { sections: string[]; symbols: string[]; relocations: string[] } {
  const symtab = elf.sections.find(({ type }) => type === SHT.symtab)?.name ?? ''
  const tables = elf.sections.filter(({ type }) => type === SHT.rela || type === SHT.rel)
  return {
    sections: elf.sections.map(({ index, name, address, size, entsize, flags, link, info, addralign }) => [index, name, address, size, entsize, flagLetters(flags), link, info, addralign].join(' ')),
    // readelf calls a section's symbol by the section's name.
    symbols: readSymbols(elf).map(({ index, name, value, size, bind, type, shndx, sectionName }) => [symtab, index, value, size, bind, type, shndx, type === 3 ? (sectionName ?? '') : name].join(' ')),
    relocations: tables.flatMap((table) => relocationsOf(elf, elf.sections[table.info] ?? table).map(({ offset, symbol, type, addend }) => [table.name, offset, symbol.index, type, addend].join(' '))),
  }
}

function firstDifference(a: readonly string[], b: readonly string[]): string | undefined {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find((i) => a[i] !== b[i])
  return at === undefined ? undefined : `ours: ${a[at] ?? 'nothing'} | theirs: ${b[at] ?? 'nothing'}`
}

/** modinfo(8) -0: `key=value` records, after the file's name; what it reads from the signature is none of .modinfo's. */
function modinfoRecords(stdout: string): string[] {
  const records = stdout.split('\0').map((record) => record.replace(/^filename:.*\n?/, ''))
  return records.filter((record) => record !== '' && !/^(filename|sig_id|signer|sig_key|sig_hashalgo|signature)=/.test(record))
}

/** What modinfo(8) makes of .modinfo: it joins the text of a parameter and its type. */
function asModinfo(modinfo: ModuleFacts['modinfo']): string[] {
  const split = (key: string): (readonly [string, string])[] => (modinfo.get(key) ?? []).map((value) => [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)])
  const [texts, types] = [new Map(split('parm')), new Map(split('parmtype'))]
  const parameters = [...new Set([...texts.keys(), ...types.keys()])].map((name) => {
    const [text, type] = [texts.get(name), types.get(name)]
    return `parm:           ${name}:${text === undefined ? (type ?? '') : type === undefined ? text : `${text} (${type})`}`
  })
  return [...[...modinfo].flatMap(([key, values]) => (key === 'parm' || key === 'parmtype' ? [] : values.map((value) => `${key}=${value}`))), ...parameters]
}

describe.each(KERNELS)('kernel $series', (kernel) => {
  const root = join(runDir(), `modules-${kernel.series.replaceAll(' ', '-')}`)
  const read = new Map<string, { readonly file: string; readonly facts: ModuleFacts }>()
  let unpacked: UnpackedKernel

  beforeAll(async () => {
    unpacked = await unpackKernel(kernel, root)
    const files = sampleOf(unpacked.modules)
    await forEach(files, async (file) => {
      if (file.endsWith('.xz')) expect((await says(['xz', '-d', file])).status).toBe(0)
    })
    for (const file of files.map((name) => name.replace(/\.xz$/, ''))) read.set(moduleNameOf(basename(file, '.ko')), { file, facts: moduleFacts(readFileSync(file)) })
  }, 10 * MINUTES)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test('sections, symbols and relocations are those of readelf, all of them', async () => {
    const wrong: string[] = []
    let relocations = 0
    await forEach([...read.values()], async ({ file }) => {
      const theirs = parseReadelf((await says(['readelf', '-SsrW', file])).stdout)
      const own = ours(openElf(readFileSync(file)))
      relocations += theirs.relocations.length
      for (const what of ['sections', 'symbols', 'relocations'] as const) {
        const difference = firstDifference(own[what], theirs[what])
        if (difference !== undefined) wrong.push(`${basename(file)}: ${what}: ${difference}`)
      }
    })
    expect(wrong).toEqual([])
    expect(read.size).toBeGreaterThan(50)
    expect(relocations).toBeGreaterThan(100_000)
  }, 5 * MINUTES)

  test('modinfo and versions are those of modinfo and modprobe --dump-modversions', async () => {
    const wrong: string[] = []
    let versions = 0
    await forEach([...read.values()], async ({ file, facts }) => {
      const info = firstDifference(asModinfo(facts.modinfo).sort(), modinfoRecords((await says(['modinfo', '-0', file])).stdout).sort())
      if (info !== undefined) wrong.push(`${basename(file)}: modinfo: ${info}`)
      const dumped = await says(['modprobe', '--dump-modversions', file])
      const list = (facts.versions ?? []).map(({ name, crc }) => `0x${crc.toString(16).padStart(8, '0')}\t${name}`)
      versions += list.length
      const difference = firstDifference(list.sort(), dumped.stdout.split('\n').filter((line) => line !== '').sort())
      if (difference !== undefined || (facts.versions === undefined) !== (dumped.status !== 0)) wrong.push(`${basename(file)}: versions: ${difference ?? `status ${dumped.status}`}`)
    })
    expect(wrong).toEqual([])
    // 7.x is built without MODVERSIONS.
    expect(versions > 1000).toBe(!kernel.series.startsWith('7'))
  }, 5 * MINUTES)

  test('the kernel’s own modules export what Module.symvers says, and fit their kernel', () => {
    const symvers = parseSymvers(readFileSync(unpacked.symvers, 'utf8'))
    const names = unpacked.modules.map((file) => moduleNameOf(basename(file).replace(/\.ko(\.xz)?$/, '')))
    const magic = [...read.values()][0]?.facts.vermagic
    const modversions = magic?.includes(' modversions ') ?? false
    const listed = new Map<string, string[]>()
    for (const [symbol, { module, crc, gplOnly, namespace }] of symvers) {
      const name = moduleNameOf(module)
      if (read.has(name)) listed.set(name, [...(listed.get(name) ?? []), `${symbol} ${crc} ${gplOnly} ${namespace}`])
    }
    let exported = 0
    for (const [name, { facts }] of read) {
      exported += facts.exports.length
      expect([facts.name, facts.exports.map((one) => `${one.name} ${one.crc ?? 0} ${one.gplOnly} ${one.namespace}`).sort()]).toEqual([name, (listed.get(name) ?? []).sort()])
      const verdict = checkSymbols({
        module: facts,
        symvers,
        kernel: { modversions, forceLoad: false, allowMissingNamespaceImports: false, exportFlags: kernel.series.startsWith('7') },
        loaded: new Set(names.filter((other) => other !== name)),
        builtIns: new Set(),
        siblings: siblingExports([facts]),
      })
      expect([...verdict.problems, ...checkFile(facts), ...checkVermagic(facts, magic, { modversions, forceLoad: false }).problems]).toEqual([])
      expect([verdict.provided, verdict.crcs, verdict.crcsEqual]).toEqual([verdict.imported, modversions ? verdict.imported + 1 : 0, modversions ? verdict.imported + 1 : 0])
    }
    expect(exported).toBeGreaterThan(100)
  })
})
