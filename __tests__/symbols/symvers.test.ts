import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { visibleBuiltIns } from '../../src/symbols/builtin.js'
import { SymversError, moduleNameOf, parseSymvers } from '../../src/symbols/symvers.js'

const LINE = '0x1a2b3c4d\tcan_open\tdrivers/net/can/can-dev\tEXPORT_SYMBOL_GPL\tCAN'

test('every column is read', () => {
  expect([...parseSymvers(`${LINE}\n0x00000000\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n`)]).toEqual([
    ['can_open', { crc: 0x1a2b3c4d, module: 'drivers/net/can/can-dev', gplOnly: true, namespace: 'CAN' }],
    ['printk', { crc: 0, module: 'vmlinux', gplOnly: false, namespace: '' }],
  ])
})

test.each<[string, string, RegExp]>([
  ['too few columns', `${LINE}\n0x1\ta\tb\tEXPORT_SYMBOL`, /line 2 has 4 columns instead of 5/],
  ['too many columns', `${LINE}\t`, /line 1 has 6 columns/],
  ['no CRC', `${LINE}\n\n1a\ta\tvmlinux\tEXPORT_SYMBOL\t`, /line 3: “1a” is no CRC/],
  ['a CRC of 33 bits', '0x100000000\ta\tvmlinux\tEXPORT_SYMBOL\t', /line 1: “0x100000000” is no CRC/],
  ['no symbol', '0x1\t\tvmlinux\tEXPORT_SYMBOL\t', /line 1 names no symbol/],
  ['no module', '0x1\ta\t\tEXPORT_SYMBOL\t', /line 1 names no module/],
  ['a kind of export that does not exist', '0x1\ta\tvmlinux\tconstructor\t', /line 1: “constructor” is no kind of export/],
])('%s is refused with its line', (_what, text, reason) => {
  expect(() => parseSymvers(text)).toThrow(SymversError)
  expect(() => parseSymvers(text)).toThrow(reason)
})

test('what is written is read, and anything else is no worse than a SymversError', () => {
  const word = fc.stringMatching(/^[\w/-]{1,20}$/)
  const line = fc.record({ crc: fc.nat(0xffff_ffff), symbol: word, module: word, gplOnly: fc.boolean(), namespace: fc.oneof(fc.constant(''), word) })
  fc.assert(
    fc.property(fc.uniqueArray(line, { selector: ({ symbol }) => symbol }), (lines) => {
      const text = lines.map(({ crc, symbol, module, gplOnly, namespace }) => `0x${crc.toString(16).padStart(8, '0')}\t${symbol}\t${module}\tEXPORT_SYMBOL${gplOnly ? '_GPL' : ''}\t${namespace}\n`).join('')
      expect([...parseSymvers(text)]).toEqual(lines.map(({ symbol, ...rest }) => [symbol, rest]))
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\t', '\n', '0', 'x', '1', 'EXPORT_SYMBOL', 'vmlinux', '\0'), maxLength: 60 }), (text) => {
      try {
        parseSymvers(text)
      } catch (error) {
        if (!(error instanceof SymversError)) throw error
      }
    }),
  )
  expect.hasAssertions()
})

test('a module is known by its file name, with underscores', () => {
  expect(['drivers/net/can/can-dev', 'vmlinux', 'x-y_z'].map(moduleNameOf)).toEqual(['can_dev', 'vmlinux', 'x_y_z'])
})

test('built-in modules are seen by parameter or version, if one object alone bears the name', () => {
  const records = ['tcp_cubic.file=net/ipv4/tcp_cubic', 'tcp_cubic.version=2.3', 'xz_dec.file=lib/xz/xz_dec', 'xz_dec.license=GPL', 'tpm.file=drivers/char/tpm/tpm', 'tpm.parmtype=suspend_pcr:uint', 'core.parmtype=burst:uint', 'common.file=a/common', 'common.file=b/common', 'common.version=1', 'no record']
  expect([...visibleBuiltIns(records.map((record) => `${record}\0`).join(''))]).toEqual(['tcp_cubic', 'tpm'])
})
