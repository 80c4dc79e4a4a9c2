import { expect, test } from '@jest/globals'
import { settled, together } from '../../src/gate/together.js'

const after = async <T>(milliseconds: number, end: () => T): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  return end()
}

test('gives what each gives', async () => expect(await together(after(5, () => 1), undefined, Promise.resolve('x'))).toEqual([1, undefined, 'x']))

test('throws what the first in their order threw, after all of them have ended', async () => {
  const ended: string[] = []
  const fail = (name: string) => () => {
    ended.push(name)
    throw new Error(name)
  }
  await expect(together(after(30, fail('late')), after(5, fail('early')), after(60, () => ended.push('good')))).rejects.toThrow('late')
  expect(ended).toEqual(['early', 'late', 'good'])
})

test('of two works, the second has ended when the first fails, and is not waited for when it does not', async () => {
  const ended: string[] = []
  const other = (): Promise<unknown> =>
    after(30, () => {
      ended.push('other')
      throw new Error('other')
    })
  const first = after(5, () => {
    throw new Error('first')
  })
  await expect(settled(first, other())).rejects.toThrow('first')
  expect(ended).toEqual(['other'])
  expect([await settled(Promise.resolve(1), other()), ended]).toEqual([1, ['other']])
})
