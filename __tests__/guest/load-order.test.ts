import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadOrder } from '../../src/guest/load-order.js'

const order = (modules: readonly { name: string; depends: string[] }[]) => loadOrder(modules).map(({ name }) => name)

test('what others depend on comes first, by its name with dashes or without', () => {
  expect(order([{ name: 'top', depends: ['mid-dle', 'usbcore'] }, { name: 'mid_dle', depends: ['base'] }, { name: 'base', depends: [] }])).toEqual(['base', 'mid_dle', 'top'])
})

test('a circle ends', () => {
  expect(order([{ name: 'a', depends: ['b'] }, { name: 'b', depends: ['a'] }]).sort()).toEqual(['a', 'b'])
})

test('any graph keeps every module once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(19), { maxLength: 20 }), { minLength: 1, maxLength: 20 }), (graph) => {
      const modules = graph.map((depends, i) => ({ name: `m${i}`, depends: depends.map((j) => `m${j}`) }))
      expect(order(modules).sort()).toEqual(modules.map(({ name }) => name).sort())
    }),
  )
})
