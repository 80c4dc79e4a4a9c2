import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SnapshotClient } from '../../src/snapshot/client.js'
import { commonMoment, releaseOfVersion, sightings, versionsOf } from '../../src/snapshot/history.js'

const HASH = 'a'.repeat(40)

function answering(answers: Readonly<Record<string, unknown>>): SnapshotClient & { readonly asked: string[] } {
  const asked: string[] = []
  return { base: 'http://s', asked, get: (path) => Promise.resolve((asked.push(path), answers[path])) }
}

test('versions come newest first, each once; names and versions are escaped', async () => {
  const client = answering({ '/mr/binary/linux-headers-6.12.9%2Bdeb13-amd64/': { result: [{ binary_version: '6.12.9-1' }, { binary_version: '6.12.9-10' }, { binary_version: '6.12.9-2' }, { binary_version: '6.12.9-2' }, { binary_version: '../x' }, null, 3] } })
  expect(await versionsOf(client, 'linux-headers-6.12.9+deb13-amd64')).toEqual(['6.12.9-10', '6.12.9-2', '6.12.9-1'])
  expect(await versionsOf(client, 'linux-headers-1')).toEqual([])
})

test('the release of a version is that of the flavour’s headers, never the common ones', async () => {
  const names = ['linux-headers-6.1.0-50-common', 'linux-headers-6.1.0-50-common-rt', 'linux-headers-6.1.0-50-rt-amd64', 'linux-headers-6.1.0-50-amd64', 'linux-image-6.1.0-50-amd64', 'linux-headers-6.1.0-50-arm64']
  const client = answering({ '/mr/package/linux/6.1.176-1/binpackages': { result: names.map((name) => ({ name, version: '6.1.176-1' })) } })
  expect(await Promise.all(['amd64', 'rt-amd64', 'cloud-amd64'].map((flavour) => releaseOfVersion(client, '6.1.176-1', flavour)))).toEqual(['6.1.0-50-amd64', '6.1.0-50-rt-amd64', undefined])
})

test('sightings are of this architecture or of all, and of the right shape', async () => {
  const place = (name: string, more: object = {}) => ({ archive_name: 'debian', first_seen: '20240102T030405Z', name, path: '/pool/main/l/linux', size: 1, ...more })
  const info = { [HASH]: [place('p_1_amd64.deb'), place('p_1_amd64.deb', { archive_name: 'debian-security', first_seen: '20240101T000000Z' }), place('p_1_amd64.deb', { archive_name: '../x' }), place('p_1_amd64.deb', { first_seen: 'now' })], ['b'.repeat(40)]: [place('p_1_arm64.deb')] }
  const client = answering({ '/mr/binary/p/1%3A1/binfiles?fileinfo=1': { result: [{ hash: HASH, architecture: 'amd64' }, { hash: 'b'.repeat(40), architecture: 'arm64' }, { hash: '__proto__' }], fileinfo: info } })
  expect(await sightings(client, 'p', '1:1', 'amd64')).toEqual([
    { archive: 'debian', firstSeen: '20240102T030405Z' },
    { archive: 'debian-security', firstSeen: '20240101T000000Z' },
  ])
  expect(await sightings(client, 'q', '1', 'amd64')).toEqual([])
})

test('the moment is when the last package came, in one archive that has all of them', () => {
  const at = (archive: string, firstSeen: string) => ({ archive, firstSeen })
  const headers = [at('debian', '20240301T000000Z'), at('debian-security', '20240101T000000Z'), at('debian-security', '20240105T000000Z')]
  const image = [at('debian-security', '20240102T000000Z'), at('debian', '20240302T000000Z')]
  expect(commonMoment([headers, image])).toEqual(at('debian-security', '20240102T000000Z'))
  expect(commonMoment([headers, [at('debian', '20240302T000000Z')]])).toEqual(at('debian', '20240302T000000Z'))
  expect(commonMoment([headers, [at('debian-ports', '20240302T000000Z')]])).toBeUndefined()
  expect(commonMoment([])).toBeUndefined()
})

test('whatever an archive answers, reading it ends without an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (answer) => {
      const client: SnapshotClient = { base: '', get: () => Promise.resolve(answer) }
      expect(await versionsOf(client, 'x')).toEqual(expect.any(Array))
      expect(await sightings(client, 'x', '1', 'amd64')).toEqual(expect.any(Array))
      await releaseOfVersion(client, '1', 'amd64')
    }),
  )
})
