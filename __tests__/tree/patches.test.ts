import { expect, test } from '@jest/globals'
import { patchArgs, touchedFiles } from '../../src/tree/patches.js'

const change = (file: string): string => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-old\n+new\n`

test('files that the patches change, once each', () => {
  expect(touchedFiles([`Subject: x\n\n${change('kernel/a.c')}${change('init/Kconfig')}`, change('kernel/a.c')])).toEqual(['init/Kconfig', 'kernel/a.c'])
})

test.each<[string, string[], string[]]>([
  ['made as git says it, and changed by a later patch', ['diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+new\n', change('n.c')], []],
  ['made as diff -N says it, without a time', ['--- a/localversion-rt\n+++ b/localversion-rt\n@@ -0,0 +1 @@\n+-rt64\n', change('localversion-rt')], []],
  ['removed', ['--- a/gone.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n'], ['gone.c']],
  ['renamed, with a change, and changed again by its new name', ['diff --git a/old.c b/new.c\nsimilarity index 90%\nrename from old.c\nrename to new.c\n--- a/old.c\n+++ b/new.c\n@@ -1 +1 @@\n-a\n+b\n', change('new.c')], ['old.c']],
  ['renamed as it is', ['diff --git a/old.c b/new.c\nsimilarity index 100%\nrename from old.c\nrename to new.c\n'], ['old.c']],
  ['with times behind the names', ['--- linux.orig/a.c\t2026-01-01\n+++ linux/a.c\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n'], ['a.c']],
])('a file that is %s', (_, patches, needed) => expect(touchedFiles(patches)).toEqual(needed))

test('lines of a hunk are no headers, however they look', () => {
  const patch = '--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,3 @@\n context\n--- a/removed.c\n+++ b/added.c\n \n\\ No newline at end of file\n'
  expect(touchedFiles([`${patch}${change('y.c')}`])).toEqual(['x.c', 'y.c'])
})

test('patch(1) neither asks, nor guesses, nor leaves files of its own', () => {
  expect(patchArgs('/tree', '/p/one.patch')).toEqual(expect.arrayContaining(['--strip=1', '--fuzz=0', '--batch', '--forward', '--no-backup-if-mismatch', '--directory=/tree', '--input=/p/one.patch']))
})
