import { mkdir, mkdtemp, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { KernelKitWithHeaders } from '../../src/model/kernel.js'
import { ALL_SHIPPED, brokenProgram, headersLayers, headersTree } from '../../src/tree/headers-tree.js'
import { keepTree } from '../../src/kernel/kept-tree.js'
import { LINKED, packHeaders } from '../../src/kernel/pack-headers.js'
import { quietLog } from '../support/quiet-log.js'

const host = createHost(quietLog())
let dir = ''
let kit: KernelKitWithHeaders
let programs = ''

const put = async (file: string, text: string, mode = 0o644): Promise<void> => {
  await mkdir(dirname(join(dir, file)), { recursive: true })
  await writeFile(join(dir, file), text, { mode })
}

/** The packages of bookworm and trixie in small: what lies where, and which links they have. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headers-'))
  for (const file of ['Kconfig', 'drivers/Kconfig', 'scripts/kconfig/Makefile', 'scripts/basic/Makefile', 'scripts/Kbuild.include', 'scripts/cc-can-link.sh']) await put(`kconfig/${file}`, `source ${file}`)
  for (const file of ['Makefile', 'include/linux/module.h', 'arch/x86/Makefile']) await put(`root/usr/src/linux-headers-6.1.0-0-common/${file}`, `common ${file}`)
  for (const file of ['.config', 'Makefile', '.kernelvariables', 'include/config/auto.conf', 'include/config/kernel.release', 'include/config/MODULES', 'arch/x86/include/generated/asm/x.h']) await put(`root/usr/src/linux-headers-6.1.0-0-amd64/${file}`, `headers ${file}`)
  for (const file of ['scripts/Kbuild.include', 'scripts/mod/modpost', 'tools/objtool/objtool']) await put(`root/usr/lib/linux-kbuild-6.1/${file}`, `kbuild ${file}`)
  for (const headers of ['linux-headers-6.1.0-0-common', 'linux-headers-6.1.0-0-amd64']) {
    for (const name of ['scripts', 'tools']) await symlink(`../../lib/linux-kbuild-6.1/${name}`, join(dir, 'root/usr/src', headers, name))
  }
  await keepTree(host, join(dir, 'kconfig'), join(dir, 'kept/kconfig'))
  await keepTree(host, join(dir, 'root/usr/src/linux-headers-6.1.0-0-common'), join(dir, 'kept/common'), { without: LINKED })
  programs = join(dir, 'root/usr/lib/linux-kbuild-6.1')
  const headersConfig = join(dir, 'root/usr/src/linux-headers-6.1.0-0-amd64/.config')
  kit = { headersConfig, shipped: { common: join(dir, 'kept/common'), programs, kconfigDir: join(dir, 'kept/kconfig') } } as KernelKitWithHeaders
})
afterEach(() => rm(dir, { recursive: true }))

const text = (file: string): Promise<string> => readFile(join(dir, 'tree', file), 'utf8')

test('the tree is the kernel’s own, with the compiled programs in their places', async () => {
  await headersTree(host, kit, join(dir, 'tree'))
  expect(await Promise.all(['Kconfig', 'scripts/cc-can-link.sh', 'Makefile', 'include/linux/module.h', 'arch/x86/Makefile', 'include/config/auto.conf', 'scripts/Kbuild.include', 'tools/objtool/objtool'].map(text))).toEqual([
    'source Kconfig', 'source scripts/cc-can-link.sh', 'common Makefile', 'common include/linux/module.h', 'common arch/x86/Makefile', 'headers include/config/auto.conf', 'kbuild scripts/Kbuild.include', 'kbuild tools/objtool/objtool',
  ])
  await expect(text('.kernelvariables')).rejects.toThrow('ENOENT')
})

test('headers that are kept packed make the same tree, times and all, but for what oldconfig makes', async () => {
  await headersTree(host, kit, join(dir, 'tree'))
  await packHeaders(host, kit.headersConfig, join(dir, 'root'))
  await headersTree(host, { ...kit, packedHeaders: join(dir, 'root/headers') }, join(dir, 'second'))
  const listed = async (tree: string): Promise<string> => (await host.run({ program: 'find', args: [join(dir, tree), '-type', 'f', '!', '-path', '*/scripts/kconfig/Makefile', '!', '-path', '*/scripts/basic/Makefile', '-printf', '%P %m %s %T@\\n'], seconds: 30 })).stdout.split('\n').sort().join('\n')
  expect(await listed('second')).toBe((await listed('tree')).replace(/^include\/config\/MODULES .*\n/m, ''))
  expect(await readFile(join(dir, 'second/include/config/auto.conf'), 'utf8')).toBe('headers include/config/auto.conf')
})

test('what lies over the layers is what headersTree() lays there, and nothing else', async () => {
  await symlink('modpost', join(programs, 'scripts/mod/other-name'))
  await packHeaders(host, kit.headersConfig, join(dir, 'root'))
  const packed = { ...kit, packedHeaders: join(dir, 'root/headers') }
  await headersTree(host, packed, join(dir, 'tree'))
  const asked = ['scripts/kconfig/Makefile', 'scripts/mod/modpost', 'scripts/mod/other-name', 'tools/objtool/objtool', 'scripts/cc-can-link.sh', 'scripts/mod', 'scripts/gone', 'Makefile']
  const over = (await headersLayers(packed)?.over?.(asked)) ?? []
  expect(over.map(({ path, kind }) => `${path} ${kind}`)).toEqual(['scripts/kconfig/Makefile f', 'scripts/mod/modpost f', 'scripts/mod/other-name l', 'tools/objtool/objtool f'])
  for (const { path, kind, mode, data, target } of over) {
    const file = join(dir, 'tree', path)
    if (kind === 'l') expect(await readlink(file)).toBe(target)
    else expect([path, (await stat(file)).mode & 0o7777, await readFile(file, 'utf8')]).toEqual([path, mode, data.toString()])
  }
  expect(headersLayers(kit)).toBeUndefined()
})

test('nothing in it compiles conf or fixdep, and nothing of it is shared with what it was made of', async () => {
  await headersTree(host, kit, join(dir, 'tree'))
  expect(await text('scripts/basic/Makefile')).toBe('')
  expect(await text('scripts/kconfig/Makefile')).toContain('$(obj)/conf --$@')
  await writeFile(join(dir, 'tree/scripts/mod/modpost'), 'changed')
  expect(await readFile(join(dir, 'root/usr/lib/linux-kbuild-6.1/scripts/mod/modpost'), 'utf8')).toBe('kbuild scripts/mod/modpost')
  await headersTree(host, kit, join(dir, 'second'))
  expect(await readFile(join(dir, 'second/scripts/mod/modpost'), 'utf8')).toBe('kbuild scripts/mod/modpost')
})

test.each<[string, RegExp | undefined]>([
  ['#!/bin/sh\necho "Usage: conf [options] <kconfig-file>" >&2\nexit 1\n', undefined],
  ['#!/bin/sh\necho "conf: /lib/x86_64-linux-gnu/libc.so.6: version \\`GLIBC_2.99\' not found (required by conf)" >&2\nexit 1\n', /^scripts\/kconfig\/conf of linux-kbuild-6\.1: conf: .*GLIBC_2\.99' not found/],
  ['\u007fELF of another machine', /^scripts\/kconfig\/conf of linux-kbuild-6\.1: ./],
])('whether the programs start is tried: %#', async (conf, said) => {
  await put('root/usr/lib/linux-kbuild-6.1/scripts/kconfig/conf', conf, 0o755)
  const broken = await brokenProgram(host, { programs })
  if (said === undefined) expect(broken).toBeUndefined()
  else expect(broken).toMatch(said)
})

test('a library that one of the others lacks counts where all are asked for, and a program that the package does not have does not', async () => {
  const kbuild = 'root/usr/lib/linux-kbuild-6.1'
  await put(`${kbuild}/scripts/kconfig/conf`, '#!/bin/sh\nexit 1\n', 0o755)
  await rm(join(dir, kbuild, 'scripts/mod/modpost'))
  await rm(join(dir, kbuild, 'tools/objtool/objtool'))
  await put(`${kbuild}/tools/objtool/objtool`, '#!/bin/sh\nexit 129\n', 0o755)
  expect(await brokenProgram(host, { programs }, ALL_SHIPPED)).toBeUndefined()
  await put(`${kbuild}/tools/objtool/objtool`, '#!/bin/sh\necho "error while loading shared libraries: libelf.so.1" >&2\nexit 127\n')
  expect([await brokenProgram(host, { programs }), await brokenProgram(host, { programs }, ALL_SHIPPED)]).toEqual([undefined, 'tools/objtool/objtool of linux-kbuild-6.1: error while loading shared libraries: libelf.so.1'])
})
