import { expect, test } from '@jest/globals'
import { inputEnvironment, inputVariable, parseMetadata } from './action-inputs.js'

const yml = `
inputs:
  boot-timeout: { default: 120 }
  install: { default: true }
  in tree: {}
  module: { default: . }
runs: { using: node24, main: dist/action/index.js }
`

test('names as a runner makes them: dashes stay, spaces do not', () => {
  expect(inputVariable('boot-timeout')).toBe('INPUT_BOOT-TIMEOUT')
  expect(inputVariable('in tree')).toBe('INPUT_IN_TREE')
})

test('defaults come from action.yml, and what is given wins', () => {
  expect(inputEnvironment(parseMetadata(yml), { module: 'driver' })).toEqual({
    'INPUT_BOOT-TIMEOUT': '120',
    INPUT_INSTALL: 'true',
    INPUT_IN_TREE: '',
    INPUT_MODULE: 'driver',
  })
})

test('an input that action.yml does not have is a mistake of the test', () => {
  expect(() => inputEnvironment(parseMetadata(yml), { modul: '.' })).toThrow('no input modul')
})
