import { expect, test } from '@jest/globals'
import { buildFindings } from '../../src/build/diagnostics.js'

const locate = (file: string) => (file.startsWith('/copy/') ? file.slice('/copy/'.length) : undefined)
const of = (output: string) => buildFindings(output, locate)

test('a compile error is a finding at its line', () => {
  expect(of("/copy/driver/foo.c:12:5: error: implicit declaration of function ‘bar’ [-Werror=implicit-function-declaration]")).toEqual([
    expect.objectContaining({
      id: 'build.compile-error',
      severity: 'fail',
      title: 'implicit declaration of function ‘bar’ [-Werror=implicit-function-declaration]',
      place: { file: 'driver/foo.c', line: 12, column: 5 },
    }),
  ])
})

test.each([
  ['/copy/a.c:1:2: warning: unused variable ‘x’', 'build.compiler-warning', 'warning'],
  ['/copy/a.c:1: Error: no such instruction', 'build.compile-error', 'fail'],
  ['/copy/a.c:3:10: fatal error: nope.h: No such file or directory', 'build.compile-error', 'fail'],
  ['ERROR: modpost: "no_such_symbol" [/copy/a.ko] undefined!', 'build.unresolved-symbol', 'fail'],
  ['ERROR: "no_such_symbol" [/copy/a.ko] undefined!', 'build.unresolved-symbol', 'fail'],
  ["ERROR: modpost: GPL-incompatible module a.ko uses GPL-only symbol 'x'", 'build.gpl-only-symbol', 'fail'],
  ['ERROR: modpost: missing MODULE_LICENSE() in /copy/a.o', 'build.modpost-error', 'fail'],
  ['WARNING: modpost: missing MODULE_DESCRIPTION() in a.o', 'build.modpost-warning', 'warning'],
  ['/copy/a.o: warning: objtool: f() falls through to next function g()', 'build.objtool', 'warning'],
  ['Skipping BTF generation for /copy/a.ko due to unavailability of vmlinux', 'build.btf-skipped', 'note'],
  ["make[2]: *** No rule to make target '/copy/b.o', needed by '/copy/a.o'.  Stop.", 'build.make-error', 'fail'],
  ['/copy/Makefile:7: *** missing separator.  Stop.', 'build.make-error', 'fail'],
])('%s', (line, id, severity) => {
  expect(of(line)).toEqual([expect.objectContaining({ id, severity, stage: 'build' })])
})

test('what make prints anyway is no finding', () => {
  expect(of("make: Entering directory '/tree'\n  CC [M]  /copy/a.o\nmake: Leaving directory '/tree'\n/copy/a.c: In function ‘f’:\n/copy/a.c:2:3: note: declared here")).toEqual([])
})

test('a place outside the repository is left out, the message is not', () => {
  expect(of('./include/linux/x.h:5:1: error: expected ‘;’')[0]).not.toHaveProperty('place')
})

test('a thousand warnings do not hide the error, and each thing is said once', () => {
  const warnings = Array.from({ length: 1000 }, (_, i) => `/copy/a.c:${i + 1}:1: warning: w`).join('\n')
  const findings = of(`${warnings}\n${warnings}\n/copy/a.c:9:9: error: e`)
  expect(findings[0]).toMatchObject({ title: 'e' })
  expect(findings.at(-1)).toMatchObject({ id: 'build.more', title: '951 more messages of the compiler are in make.log' })
})
