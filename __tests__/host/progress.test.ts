import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { ProgressBoard, amount, telling } from '../../src/host/progress.js'
import { terminalLog } from '../../src/cli/terminal-log.js'
import { runnerLog } from '../../src/action/runner-log.js'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

test('a work is told of once in a second, and that it is over', async () => {
  const said: (readonly [string, string | undefined])[] = []
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: (what: string, far?: string) => void said.push([what, far]) }
  let looks = 0
  const work = telling(log, 'unpacking', () => `${++looks} of 9`, new Promise<string>((resolve) => setTimeout(() => resolve('done'), 2500)))
  await jest.advanceTimersByTimeAsync(2600)
  expect(await work).toBe('done')
  await jest.advanceTimersByTimeAsync(5000)
  expect(said).toEqual([['unpacking', '1 of 9'], ['unpacking', '2 of 9'], ['unpacking', undefined]])
})

test('a look that fails does not matter, and what the work throws comes through', async () => {
  const log = { group: () => undefined, endGroup: () => undefined, info: () => undefined, detail: () => undefined, progress: jest.fn() }
  const look = () => Promise.reject(new Error('not there yet'))
  const work = telling(log, 'unpacking', look, new Promise((_, reject) => setTimeout(() => reject(new Error('no space')), 1500))).catch((error: unknown) => String(error))
  await jest.advanceTimersByTimeAsync(2000)
  expect(await work).toBe('Error: no space')
  expect(log.progress.mock.calls).toEqual([['unpacking']])
})

test('works side by side share the line', () => {
  const board = new ProgressBoard()
  board.say('downloading', '40 of 139 MB')
  board.say('installing', '3.0 s')
  expect(board.line).toBe('downloading: 40 of 139 MB · installing: 3.0 s')
  board.say('downloading', undefined)
  expect(board.line).toBe('installing: 3.0 s')
})

test.each([
  [40_000_000, 139_000_000, 2, '40 of 139 MB, 20 MB/s'],
  [500_000, 0, 0, '0.5 MB, 0.0 MB/s'],
])('%d of %d bytes in %d s', (done, total, seconds, words) => {
  expect(amount(done, total, seconds)).toBe(words)
})

test('a terminal shows it live and takes it away; a file gets nothing of it', () => {
  const written: string[] = []
  const log = terminalLog({ isTTY: true, columns: 40, write: (text: string) => void written.push(text) }, { colour: true, utf8: true }, false)
  log.progress('downloading', '40 of 139 MB, 20 MB/s, and more than fits')
  log.endGroup()
  expect(written).toEqual(['\r\u001b[K', '  downloading: 40 of 139 MB, 20 MB/s, a', '\r\u001b[K'])
  const plain: string[] = []
  terminalLog({ write: (text: string) => void plain.push(text) }, { colour: false, utf8: true }, false).progress('downloading', '40 MB')
  expect(plain).toEqual([])
})

test('a runner’s log gets a line now and then', async () => {
  const out: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  const log = runnerLog()
  log.group('Packages')
  for (let second = 1; second <= 31; second++) {
    await jest.advanceTimersByTimeAsync(1000)
    log.progress('downloading', `${second} of 139 MB`)
  }
  log.progress('downloading')
  log.endGroup()
  expect(out.join('').split('\n').filter((line) => line.startsWith('downloading'))).toEqual(['downloading: 15 of 139 MB', 'downloading: 30 of 139 MB'])
})
