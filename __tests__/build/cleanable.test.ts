import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mayNeedClean } from '../../src/build/cleanable.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cleanable-'))
  mkdirSync(join(dir, 'core'))
  writeFileSync(join(dir, 'Kbuild'), 'obj-m := hello.o core/\nccflags-y += -DDEBUG\n')
  writeFileSync(join(dir, 'core/hello.c'), '')
  writeFileSync(join(dir, 'core/hello.h'), '')
  writeFileSync(join(dir, 'README.md'), '')
  writeFileSync(join(dir, 'LICENSE'), '')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('sources and a plain Kbuild leave nothing to clean', async () => {
  expect(await mayNeedClean(dir)).toBe(false)
})

// The patterns of the kernel's own `clean` (Makefile of 6.12), one name for each.
test.each(['x.a', 'x.i', 'x.o', 'x.s', 'x.rsi', 'x.ko', '.x.o.cmd', 'x.ko.xz', 'x.dtb', 'x.dtbo', 'x.dtb.S', 'x.dt.yaml', 'x.dtbo.S', 'x.dwo', 'x.lst', 'x.su', 'x.mod', '.x.d', '.x.tmp', 'x.mod.c', 'x.lex.c', 'x.tab.c', 'x.tab.h', 'x.asn1.c', 'x.symtypes', 'modules.order', '.tmp_x', 'x.c.012t.cfg', 'x.ll', 'x.gcno', 'x.long.symversions', 'Module.symvers', 'table.bin', 'common.mk', 'GNUmakefile'])('a %s that lies there is to be cleaned away', async (name) => {
  writeFileSync(join(dir, 'core', name), '')
  expect(await mayNeedClean(dir)).toBe(true)
})

test.each(['clean-files := table.h', 'targets += table.h', 'always-y := x', 'extra-y := x', 'hostprogs := gen', 'include common.mk', 'obj-m += ../other/'])('a Kbuild that says `%s` is cleaned by make', async (line) => {
  writeFileSync(join(dir, 'core/Kbuild'), `${line}\n`)
  expect(await mayNeedClean(dir)).toBe(true)
})

test('a Makefile for people, beside a Kbuild, is not read by kbuild and so not here either', async () => {
  writeFileSync(join(dir, 'Makefile'), 'clean:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR) clean\n')
  expect(await mayNeedClean(dir)).toBe(false)
  writeFileSync(join(dir, 'core/Makefile'), 'clean-files := x\n')
  expect(await mayNeedClean(dir)).toBe(true)
})

test('what a link leads to is not looked at, so make is asked', async () => {
  symlinkSync('/usr', join(dir, 'elsewhere'))
  expect(await mayNeedClean(dir)).toBe(true)
})
