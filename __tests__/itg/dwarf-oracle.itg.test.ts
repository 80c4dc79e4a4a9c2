import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Btf } from '../../src/btf/btf.js'
import { comparePrototype } from '../../src/dwarf/compare-prototypes.js'
import { declarations } from '../../src/dwarf/declarations.js'
import type { Declarations } from '../../src/dwarf/types.js'
import { readSections } from '../../src/elf/elf.js'
import { EXTENDED } from '../support/extended.js'
import { inRoot, mustInRoot } from '../support/in-root.js'
import { freshRoot, removeRoot, type Suite } from '../support/roots.js'

/** Headers of many subsystems, and calls with parameters of all kinds. */
const SOURCE = `#include <linux/module.h>
#include <linux/pci.h>
#include <linux/etherdevice.h>
#include <linux/usb.h>
#include <linux/blkdev.h>
#include <linux/kvm_host.h>
#include <net/tcp.h>
#include <net/mac80211.h>
#include <linux/debugfs.h>
#include <linux/i2c.h>

static struct dentry *directory;

static int __init sample_init(void)
{
	struct net_device *dev = alloc_etherdev(8);
	char text[16];

	directory = debugfs_create_dir("sample", NULL);
	if (!dev || register_netdev(dev))
		return -ENOMEM;
	debugfs_create_u32("value", 0400, directory, (u32 *)text);
	snprintf(text, sizeof(text), "%d", dev->mtu);
	return pci_request_regions(NULL, text) ?: usb_disabled() ?: i2c_probe_func_quick_read(NULL, 1);
}

static void __exit sample_exit(void)
{
	debugfs_remove(directory);
}

module_init(sample_init);
module_exit(sample_exit);
MODULE_LICENSE("GPL");
`

interface Entry {
  readonly depth: number
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Entries as readelf(1) prints them: ` <1><2d>: Abbrev Number: 3 (DW_TAG_typedef)`, then `    <2e>   DW_AT_name        : size_t`. */
function entriesOf(text: string): Map<number, Entry> {
  const entries = new Map<number, Entry>()
  let attributes = new Map<string, string>()
  for (const line of text.split('\n')) {
    const entry = /^ <([0-9a-f]+)><([0-9a-f]+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line)
    if (entry !== null) {
      attributes = new Map()
      entries.set(parseInt(entry[2] ?? '', 16), { depth: parseInt(entry[1] ?? '', 16), tag: entry[3] ?? '', attributes })
      continue
    }
    const attribute = /^ +<[0-9a-f]+> +DW_AT_(\w+) *: (.*?)\s*$/.exec(line)
    // Values follow their form and strings their place too: `(strp) (offset: 0x1f): size_t`.
    if (attribute !== null) attributes.set(attribute[1] ?? '', (attribute[2] ?? '').replace(/^(\([^)]*\):? *)+/, ''))
  }
  return entries
}

/** Files of each table, in the order of the tables: DWARF 5's directories and files as `readelf --debug-dump=rawline` lists them. */
function tablesOf(text: string): string[][] {
  return text.split(/^ *Offset: /m).slice(1).map((table) => {
    const [, directoryPart = '', filePart = ''] = /The Directory Table[^\n]*\n([^]*?)\n\s*The File Name Table[^\n]*\n([^]*?)\n\s*\n/.exec(table) ?? []
    const rows = (part: string): string[][] => part.split('\n').filter((line) => /^\s+\d+\s/.test(line)).map((line) => line.trim().split('\t'))
    const last = (row: readonly string[]): string => (row.at(-1) ?? '').replace(/^\(.*?\): /, '').trim()
    const directories = rows(directoryPart).map(last)
    return rows(filePart).map((row) => posix.resolve(directories[0] ?? '', directories[Number(row.find((cell, index) => index > 0 && /^\d+$/.test(cell)))] ?? '', last(row)))
  })
}

const KINDS: Readonly<Record<string, string>> = { structure_type: 'struct', union_type: 'union', enumeration_type: 'enum', typedef: 'typedef' }

/** `struct x file:line` of all complete named types that readelf sees. */
function typesByReadelf(entries: ReadonlyMap<number, Entry>, tables: readonly string[][]): string[] {
  const found = new Set<string>()
  let unit = -1
  for (const { tag, attributes } of entries.values()) {
    if (tag === 'compile_unit') unit++
    const [kind, name, file, line] = [KINDS[tag], attributes.get('name'), attributes.get('decl_file'), attributes.get('decl_line')]
    if (kind !== undefined && name !== undefined && file !== undefined && !attributes.has('declaration')) found.add(`${kind} ${name} ${tables[unit]?.[Number(file)] ?? ''}:${line ?? ''}`)
  }
  return [...found].sort()
}

const typesByUs = (found: Declarations): string[] => [...found.types].flatMap(([name, places]) => places.map(({ file, line }) => `${name} ${file}:${line}`)).sort()

/** Names of functions with the number of their parameters, and `...`. */
function functionsByReadelf(entries: ReadonlyMap<number, Entry>): string[] {
  const all = [...entries.values()]
  const name = ({ attributes }: Entry): string => attributes.get('linkage_name') ?? attributes.get('name') ?? ''
  const defined = new Set(all.filter(({ tag, attributes }) => tag === 'subprogram' && (attributes.has('low_pc') || attributes.has('ranges'))).map(name))
  const found = all.flatMap((entry, index) => {
    if (entry.tag !== 'subprogram' || !entry.attributes.has('declaration') || !entry.attributes.has('external') || defined.has(name(entry))) return []
    let end = index + 1
    while ((all[end]?.depth ?? -1) > entry.depth) end++
    const children = all.slice(index + 1, end).filter(({ depth }) => depth === entry.depth + 1)
    const parameters = children.filter(({ tag }) => tag === 'formal_parameter').map(({ attributes }) => spelledByReadelf(entries, attributes.get('type')))
    const variadic = children.some(({ tag }) => tag === 'unspecified_parameters')
    return [`${spelledByReadelf(entries, entry.attributes.get('type'))} ${name(entry)}(${[...parameters, ...(variadic ? ['...'] : [])].join(', ')})`]
  })
  return [...new Set(found)].sort()
}

/** Kind, name and size of a type without typedefs and qualifiers; what pointers point to is left to the next line. */
function spelledByReadelf(entries: ReadonlyMap<number, Entry>, reference: string | undefined): string {
  let type = reference === undefined ? undefined : entries.get(parseInt(reference.replace(/^<0x|>$/g, ''), 16))
  let stars = ''
  while (type !== undefined && (/^(typedef|(const|volatile|restrict|atomic)_type)$/.test(type.tag) || (type.tag === 'pointer_type' && stars.length < 2))) {
    if (type.tag === 'pointer_type') stars += '*'
    const further = type.attributes.get('type')
    type = further === undefined ? undefined : entries.get(parseInt(further.replace(/^<0x|>$/g, ''), 16))
  }
  const kinds: Readonly<Record<string, string>> = { structure_type: 'struct', union_type: 'union', enumeration_type: 'enum', subroutine_type: 'func', base_type: 'base', pointer_type: 'ptr', array_type: 'array' }
  return `${stars}${type === undefined ? 'void' : `${kinds[type.tag] ?? type.tag}:${type.attributes.get('name') ?? ''}`}`
}

function functionsByUs(found: Declarations): string[] {
  const spelled = (shape: Declarations['functions'] extends ReadonlyMap<string, readonly (infer P)[]> ? (P extends { returns: infer S } ? S : never) : never): string => {
    if (shape.kind === 'ptr' && shape.to !== undefined) return `*${spelled(shape.to)}`
    if (shape.kind === 'void' || shape.kind === 'unknown') return 'void'
    return `${shape.kind === 'int' || shape.kind === 'float' ? 'base' : shape.kind}:${shape.name}`
  }
  return [...new Set([...found.functions].flatMap(([name, prototypes]) => prototypes.map(({ returns, parameters, variadic }) => `${spelled(returns)} ${name}(${[...parameters.map(spelled), ...(variadic ? ['...'] : [])].join(', ')})`)))].sort()
}

/** Structs with their places, as `pahole -I` says them: a comment with place, then the struct. */
function structsByPahole(text: string): string[] {
  return [...text.matchAll(/^\/\* <[0-9a-f]+> (\S+):(\d+) \*\/\nstruct (\w+) \{/gm)].map(([, file = '', line = '', name = '']) => `struct ${name} ${posix.normalize(file)}:${line}`)
}

describe.each<Suite>(EXTENDED ? ['bookworm', 'trixie'] : ['trixie'])('modules built in a bare %s', (suite) => {
  let root = ''
  let headers = ''
  const modules: string[] = []

  beforeAll(async () => {
    root = await freshRoot(suite)
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await mustInRoot(root, ['apt-get', 'update', '-qq'], { timeout: 120 })
    await mustInRoot(root, ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'gcc', 'make', 'pahole', 'linux-headers-amd64'], { timeout: 500, env })
    await mustInRoot(root, ['sh', '-c', 'cd /tmp && apt-get download -qq v4l2loopback-dkms && dpkg-deb -x v4l2loopback-dkms_*.deb /dkms'], { timeout: 60 })
    mkdirSync(join(root, 'sample'))
    writeFileSync(join(root, 'sample/sample.c'), SOURCE)
    writeFileSync(join(root, 'sample/Makefile'), 'obj-m := sample.o\n')
    headers = `/usr/src/${readdirSync(join(root, 'usr/src')).find((name) => /^linux-headers-.*-amd64$/.test(name)) ?? ''}`
    const loopback = `/dkms/usr/src/${readdirSync(join(root, 'dkms/usr/src'))[0] ?? ''}`
    for (const [directory, name] of [['/sample', 'sample'], [loopback, 'v4l2loopback']] as const) {
      await mustInRoot(root, ['make', '-C', headers, `M=${directory}`, 'modules'], { timeout: 200 })
      modules.push(join(directory, `${name}.ko`))
    }
  }, 900_000)

  afterAll(() => {
    if (root !== '') removeRoot(root)
  })

  test('readelf sees the same types at the same places and the same functions, pahole the same structs', async () => {
    for (const module of modules) {
      const found = declarations(readFileSync(join(root, module)))
      const readelf = async (what: string): Promise<string> => (await mustInRoot(root, ['readelf', '-W', `--debug-dump=${what}`, module], { timeout: 120 })).stdout
      const entries = entriesOf(await readelf('info'))
      expect(found.types.size).toBeGreaterThan(500)
      expect(typesByUs(found)).toEqual(typesByReadelf(entries, tablesOf(await readelf('rawline'))))
      expect(functionsByUs(found)).toEqual(functionsByReadelf(entries))
      expect(found.functions.size).toBeGreaterThan(5)
      const structs = structsByPahole((await mustInRoot(root, ['pahole', '--show_decl_info', module], { timeout: 120 })).stdout)
      expect(structs.length).toBeGreaterThan(200)
      const ours = new Set(typesByUs(found))
      expect(structs.filter((struct) => !ours.has(struct))).toEqual([])
    }
  }, 200_000)

  test('each prototype is that of the kernel for which the module was built', async () => {
    // Headers before 6.12 bring no types of the kernel.
    const has = (await inRoot(root, ['test', '-e', `${headers}/vmlinux`], { timeout: 20 })).status === 0
    expect(has).toBe(suite === 'trixie')
    if (!has) return
    const section = readSections(readFileSync(join(root, headers, 'vmlinux'))).find(({ name }) => name === '.BTF')
    const btf = Btf.read(section?.data ?? Buffer.alloc(0))
    let compared = 0
    for (const module of modules) {
      for (const [name, prototypes] of declarations(readFileSync(join(root, module))).functions) {
        const functions = btf.named(name, ['func'])
        if (functions.length === 0) continue
        compared++
        for (const prototype of prototypes) expect({ name, differs: functions.map((id) => comparePrototype(prototype, btf, id)) }).toMatchObject({ differs: expect.arrayContaining([undefined]) })
      }
    }
    expect(compared).toBeGreaterThan(40)
  }, 60_000)
})
