import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'usage-'))
  mkdirSync(join(dir, 'scripts'))
  cpSync('scripts/usage.mjs', join(dir, 'scripts/usage.mjs'))
  cpSync('action.yml', join(dir, 'action.yml'))
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const readme = (): string => join(dir, 'README.md')

function status(...args: readonly string[]): number {
  try {
    execFileSync(process.execPath, [join(dir, 'scripts/usage.mjs'), ...args], { stdio: 'pipe' })
    return 0
  } catch (error) {
    return (error as { readonly status: number }).status
  }
}

test('writes both tables between their markers and nothing else; --check tells when they are stale', () => {
  writeFileSync(readme(), 'before\n<!-- inputs -->\nSTALE\n<!-- /inputs -->\nbetween $& $1\n<!-- outputs --><!-- /outputs -->\nafter\n')
  expect(status('--check')).toBe(1)
  expect(readFileSync(readme(), 'utf8')).toContain('STALE')
  expect(status()).toBe(0)
  const text = readFileSync(readme(), 'utf8')
  expect(text).toMatch(/^before\n<!-- inputs -->\n\| input \| default \|/)
  expect(text).toContain('between $& $1\n<!-- outputs -->\n| output |')
  expect(text).toContain('| `boot-timeout` | `120` | Seconds')
  expect(text).not.toContain('STALE')
  expect(text.endsWith('<!-- /outputs -->\nafter\n')).toBe(true)
  expect(status('--check')).toBe(0)
})

test.each(['<!-- inputs --><!-- /inputs -->', '<!-- /inputs --><!-- inputs --><!-- outputs --><!-- /outputs -->', 'nothing'])('markers that are missing or turned round: %s', (text) => {
  writeFileSync(readme(), text)
  expect(status()).toBe(1)
  expect(readFileSync(readme(), 'utf8')).toBe(text)
})
