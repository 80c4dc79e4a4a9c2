import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { copyOwnTree, isCopied } from '../../src/tree/copy-own.js'
import { scratchDirectories } from '../kernel/scratch.js'
import { treeListing } from '../support/tree-listing.js'

const scratch = scratchDirectories()

function put(dir: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), path)
  }
}
const names = (dir: string): string[] => treeListing(dir).map((line) => line.split(' ')[0] ?? '')

test('programs, headers and generated files are taken, what only the kernel itself is made of is not', () => {
  const taken = ['Makefile', 'Kconfig', '.config', 'include/generated/autoconf.h', 'scripts/mod/modpost', 'scripts/mod/.modpost.o.cmd', 'scripts/mod/modpost.o', 'tools/objtool/objtool', 'arch/x86/kernel/asm-offsets.s', 'arch/x86/boot/Makefile', 'arch/arm/Kconfig', 'drivers/usb/Kconfig', 'drivers/usb/core/usb.h', 'kernel/bounds.c', 'Documentation/Kconfig', 'lib/crc7.c', 'rust/libcore.rmeta']
  const left = ['.git/index', 'vmlinux', 'vmlinux.o', 'System.map', 'Module.symvers', 'modules.order', 'lib/crc7.o', 'lib/crc7.ko', 'lib/.crc7.o.cmd', 'lib/crc7.mod.c', 'certs/signing_key.pem', 'arch/x86/boot/bzImage', 'arch/x86/boot/compressed/vmlinux.bin.gz', 'drivers/usb/core/hub.c', 'arch/arm/kernel/entry.S', 'Documentation/index.rst', 'tools/perf/perf']
  expect(taken.filter((path) => !isCopied(path, 'external'))).toEqual([])
  expect(left.filter((path) => isCopied(path, 'external'))).toEqual([])
  // A driver of the tree needs its sources, and still nothing that was built.
  expect([isCopied('drivers/usb/core/hub.c', 'full'), isCopied('drivers/usb/core/hub.o', 'full')]).toEqual([true, false])
})

test('the copy has the times of the files, and no file of the tree', async () => {
  const [tree, target] = [scratch(), join(scratch(), 'copy')]
  put(tree, 'Kconfig', 'Makefile', 'scripts/a/b', 'lib/x.o')
  utimesSync(join(tree, 'scripts/a/b'), 1_000_000, 2_000_000)
  const before = treeListing(tree)
  expect(await copyOwnTree(tree, target, 'external')).toEqual({ files: 3, sourceDir: target })
  expect(names(target)).toEqual(names(tree).filter((name) => !name.includes('x.o')))
  expect(lstatSync(join(target, 'scripts/a/b')).mtimeMs).toBe(2_000_000_000)
  writeFileSync(join(target, 'scripts/a/b'), 'changed')
  expect(treeListing(tree)).toEqual(before)
})

test('no link leads out of the copy: what it led to is there instead', async () => {
  const [tree, target, elsewhere] = [scratch(), join(scratch(), 'copy'), scratch()]
  put(tree, 'Kconfig', 'scripts/dtc/inner')
  put(elsewhere, 'driver/foo.h', 'one.h')
  symlinkSync('dtc/inner', join(tree, 'scripts/short'))
  symlinkSync(join(tree, 'scripts/dtc'), join(tree, 'absolute'))
  mkdirSync(join(tree, 'drivers'))
  symlinkSync(join(elsewhere, 'driver'), join(tree, 'drivers/foo'))
  symlinkSync(join(elsewhere, 'one.h'), join(tree, 'one.h'))
  symlinkSync('/nowhere', join(tree, 'dangling'))
  symlinkSync(elsewhere, join(elsewhere, 'driver/again'))
  symlinkSync(dirname(tree), join(tree, 'up'))
  await copyOwnTree(tree, target, 'external')
  expect([readlinkSync(join(target, 'scripts/short')), readlinkSync(join(target, 'absolute'))]).toEqual(['dtc/inner', 'scripts/dtc'])
  expect(lstatSync(join(target, 'drivers/foo')).isDirectory()).toBe(true)
  expect([readFileSync(join(target, 'drivers/foo/foo.h'), 'utf8'), lstatSync(join(target, 'one.h')).isFile()]).toEqual(['driver/foo.h', true])
  for (const gone of ['dangling', 'up']) expect(() => lstatSync(join(target, gone))).toThrow()
})

test('of a build with O= the objects are copied, and point to the sources where they are', async () => {
  const [source, target] = [scratch(), join(scratch(), 'copy')]
  put(source, 'Kconfig', 'Makefile')
  const tree = join(source, 'out')
  put(tree, 'Makefile', '.config', 'include/config/auto.conf')
  symlinkSync('..', join(tree, 'source'))
  expect(await copyOwnTree(tree, target, 'external')).toEqual({ files: 3, sourceDir: source })
  expect(readFileSync(join(target, 'Makefile'), 'utf8')).toBe(`# The copy of a build with O=.\nexport KBUILD_OUTPUT = ${target}\ninclude ${source}/Makefile\n`)
  expect(readlinkSync(join(target, 'source'))).toBe(source)
})
