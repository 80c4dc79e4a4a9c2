import { expect, test } from '@jest/globals'
import { aptFailure } from '../../src/kernel/apt-failure.js'

const exit = (stderr: string, timedOut = false) => ({ status: timedOut ? 124 : 100, stdout: '', stderr, timedOut, seconds: 1 })

/** What apt and dpkg print with LC_ALL=C; the host names are none. */
test.each([
  ["E: Failed to fetch http://mirror.invalid/x.deb  Temporary failure resolving 'mirror.invalid'", 'host.no-network'],
  ['W: Failed to fetch http://mirror.invalid/InRelease  Could not connect to mirror.invalid:80 (192.0.2.1), connection timed out', 'host.no-network'],
  ['E: Failed to fetch http://mirror.invalid/x.deb  404  Not Found [IP: 192.0.2.1 80]', 'host.apt-stale'],
  ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt-get)', 'host.apt-locked'],
  ['E: Failed to fetch http://mirror.invalid/x.deb  Error writing to file - write (28: No space left on device) [IP: 192.0.2.1 80]', 'host.disk-full'],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", 'host.disk-full'],
  ['tar: ./usr/src/vmlinux: Wrote only 3072 of 10240 bytes\ntar: Exiting with failure status due to previous errors\ndpkg-deb: error: tar subprocess returned error exit status 2', 'host.disk-full'],
  ['dpkg-deb: error: failed to write (No space left on device)\nE: Hash Sum mismatch', 'host.disk-full'],
  ['E: Failed to fetch http://mirror.invalid/x.deb  Hash Sum mismatch', 'host.apt-hash-mismatch'],
  ['E: Release file for http://mirror.invalid/InRelease is expired (invalid since 3d 4h). Updates for this repository will not be applied.', 'host.apt-expired'],
  ['E: Unable to locate package linux-foo', 'host.apt-unknown-package'],
  ["E: Version '1.2' for 'linux-base' was not found", 'host.apt-unknown-package'],
  ['E: something new', 'host.apt-failed'],
])('%s', (stderr, id) => {
  const finding = aptFailure(exit(stderr), 'apt-get update')
  expect(finding).toMatchObject({ id, stage: 'install', severity: 'error', detail: stderr })
  expect(finding.title).toContain('apt-get update')
  expect(finding.remedy).not.toBe('')
})

test('who holds the lock is said', () => {
  expect(aptFailure(exit('E: Could not get lock /var/lib/dpkg/lock. It is held by process 7 (dpkg)'), 'x').title).toContain('process 7 (dpkg)')
})

test('a deadline that passed is a cause of its own', () => {
  expect(aptFailure(exit('', true), 'apt-get update').id).toBe('host.apt-timeout')
})
