import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkAutoConf } from '../../src/kconfig/auto-conf.js'
import { diffConfigs, splitRequested } from '../../src/kconfig/diff.js'
import { parseConfig, unquote } from '../../src/kconfig/parse.js'
import { compareShippedConfigs } from '../../src/kconfig/shipped.js'
import { writeOptions } from '../../src/kconfig/write.js'

const symbol = fc.stringMatching(/^[A-Z0-9_]{1,12}$/)
const value = fc.oneof(fc.constantFrom('y', 'm', 'n'), fc.integer().map(String), fc.string().map((text) => `"${text.replace(/[\n\r]/g, '').replace(/["\\]/g, '\\$&')}"`))

describe('parseConfig', () => {
  test('reads values, strings with escapes, and takes `is not set` for absent', () => {
    const config = parseConfig('# a comment\nCONFIG_A=y\nCONFIG_S="a \\"b\\" # c"\n# CONFIG_B is not set\nCONFIG_H=0x1F\nCONFIG_N=n\n\nCONFIG_I=-5\r\n')
    expect([...config]).toEqual([['A', 'y'], ['S', '"a \\"b\\" # c"'], ['H', '0x1F'], ['I', '-5']])
    expect(unquote(config.get('S') ?? '')).toBe('a "b" # c')
  })

  test('the last line of a symbol counts', () => {
    expect([...parseConfig('CONFIG_A=y\n# CONFIG_A is not set\nCONFIG_B=m\nCONFIG_B=y\n')]).toEqual([['B', 'y']])
  })

  test.each(['CONFIG_A', 'CONFIG_A=maybe', 'A=y', 'CONFIG_A="open', 'CONFIG_=y'])('refuses %p and names the line', (line) => {
    expect(() => parseConfig(`CONFIG_OK=y\n${line}\n`)).toThrow('Line 2 of')
  })

  test('auto.conf holds strings without quotes', () => {
    expect([...parseConfig('CONFIG_S=\nCONFIG_T=a b\n', 'auto.conf')]).toEqual([['S', ''], ['T', 'a b']])
  })
})

describe('writeOptions', () => {
  test('replaces lines where they stand and appends what is new', () => {
    const text = '# head\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x"\n'
    const options = [{ symbol: 'B', value: 'm' }, { symbol: 'A', value: 'n' }, { symbol: 'D', value: '7' }]
    expect(writeOptions(text, options)).toBe('# head\n# CONFIG_A is not set\nCONFIG_B=m\nCONFIG_C="x"\nCONFIG_D=7\n')
  })

  test('what is written is what is read, and nothing else changes', () => {
    fc.assert(fc.property(fc.dictionary(symbol, value), fc.dictionary(symbol, value), (base, wanted) => {
      const text = writeOptions('', Object.entries(base).map(([name, set]) => ({ symbol: name, value: set })))
      const options = Object.entries(wanted).map(([name, set]) => ({ symbol: name, value: set }))
      const expected = Object.entries({ ...base, ...wanted }).filter(([, set]) => set !== 'n').sort()
      expect([...parseConfig(writeOptions(text, options))].sort()).toEqual(expected)
    }))
  })
})

describe('diffConfigs', () => {
  test('order and comments play no part', () => {
    const a = parseConfig('CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\n')
    expect(diffConfigs(a, parseConfig('# other\nCONFIG_B=m\nCONFIG_A=y\n'))).toEqual([])
    expect(diffConfigs(a, parseConfig('CONFIG_B=y\nCONFIG_C=m\n'))).toEqual([
      { symbol: 'A', before: 'y' }, { symbol: 'B', before: 'm', after: 'y' }, { symbol: 'C', after: 'm' },
    ])
  })

  test('only the symbols asked for are taken away', () => {
    const deltas = [{ symbol: 'A', after: 'm' }, { symbol: 'B', after: 'm' }]
    expect(splitRequested(deltas, [{ symbol: 'A', value: 'm' }])).toEqual({ requested: [deltas[0]], others: [deltas[1]] })
  })
})

describe('the other configs', () => {
  test('headers may have what Debian leaves out beside the image, and nothing else', () => {
    const image = parseConfig('CONFIG_A=y\n')
    expect(compareShippedConfigs(parseConfig('CONFIG_A=y\nCONFIG_BUILD_SALT="r"\nCONFIG_MODULE_SIG_ALL=y\n'), image)).toEqual([])
    expect(compareShippedConfigs(parseConfig('CONFIG_A=m\n'), image)).toMatchObject([{ id: 'config.headers-image-differ', severity: 'fail', detail: 'A: y → m (image → headers)' }])
  })

  test('auto.conf must say what .config says', () => {
    const config = 'CONFIG_A=y\nCONFIG_S="a b"\nCONFIG_E=""\n'
    expect(checkAutoConf(config, 'CONFIG_S=a b\nCONFIG_A=y\nCONFIG_E=\n')).toEqual([])
    expect(checkAutoConf(config, 'CONFIG_S="a b"\nCONFIG_A=y\nCONFIG_E=""\n')).toEqual([])
    expect(checkAutoConf(config, 'CONFIG_S=a b\nCONFIG_E=\n')).toMatchObject([{ id: 'config.auto-conf-differ', severity: 'fail' }])
  })
})
