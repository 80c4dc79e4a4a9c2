import { expect, test } from '@jest/globals'
import { installArgs } from '../../src/packages/packages.js'

test('the packages come last, behind a dash, and recommended ones are not wanted', () => {
  const args = installArgs(['gcc', 'make'])
  expect(args[0]).toBe('install')
  expect(args.slice(-3)).toEqual(['--', 'gcc', 'make'])
  expect(args).toContain('APT::Install-Recommends=false')
})

test('dpkg may leave writing to the system only where the system is thrown away', () => {
  expect(installArgs(['gcc']).join(' ')).not.toContain('unsafe')
  expect(installArgs(['gcc'], true).join(' ')).toContain('-o Dpkg::Options::=--force-unsafe-io')
})
