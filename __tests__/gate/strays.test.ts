import { EventEmitter } from 'node:events'
import { expect, test } from '@jest/globals'
import { recordingStrays } from '../../src/gate/strays.js'

/** What is recorded when node tells these things of promises while the work goes on. */
async function recorded(...events: readonly (readonly ['unhandledRejection', Error, Promise<unknown>] | readonly ['rejectionHandled', Promise<unknown>])[]): Promise<{ readonly astray: unknown[]; readonly watched: number }> {
  const node = new EventEmitter()
  const astray: unknown[] = []
  await recordingStrays({ astray: (error) => void astray.push(error) }, async () => {
    await Promise.resolve()
    for (const [name, ...rest] of events) node.emit(name, ...rest)
  }, node as unknown as NodeJS.Process)
  return { astray, watched: node.eventNames().length }
}

const [promise, other] = [Promise.resolve(1), Promise.resolve(2)]
const [lost, late] = [new Error('lost'), new Error('late')]

test('what failed without anybody looking is recorded, what was looked at later is not, and node is left as it was', async () => {
  expect(await recorded()).toEqual({ astray: [], watched: 0 })
  expect(await recorded(['unhandledRejection', lost, promise], ['unhandledRejection', late, other], ['rejectionHandled', other])).toEqual({ astray: [lost], watched: 0 })
})

test('the work’s own failure is thrown, and what went astray beside it is recorded', async () => {
  const node = new EventEmitter()
  const astray: unknown[] = []
  const work = (): Promise<never> => {
    node.emit('unhandledRejection', lost, promise)
    return Promise.reject(late)
  }
  await expect(recordingStrays({ astray: (error) => void astray.push(error) }, work, node as unknown as NodeJS.Process)).rejects.toBe(late)
  expect(astray).toEqual([lost])
})
