import { expect, test } from '@jest/globals'
import { together } from '../../src/gate/together.js'

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
