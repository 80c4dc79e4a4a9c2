import { expect, test } from '@jest/globals'
import { parseRelease } from '../../src/kernel/release.js'

test.each([
  ['6.1.0-56-amd64', '6.1', 'amd64'],
  ['6.1.0-56-cloud-amd64', '6.1', 'cloud-amd64'],
  ['6.12.117+deb13-rt-amd64', '6.12', 'rt-amd64'],
  ['6.12.115+deb13.1-cloud-amd64', '6.12', 'cloud-amd64'],
  ['7.3-amd64', '7.3', 'amd64'],
  ['5.10.0-0.deb10.16-amd64', '5.10', 'amd64'],
  ['6.12.38+kali-amd64', '6.12', 'amd64'],
  ['5.14.0-kali4-amd64', '5.14', 'amd64'],
])('%s is of series %s and flavour %s', (release, series, flavour) => {
  expect(parseRelease(release)).toEqual({ release, series, flavour })
})

test.each(['', 'amd64', '6', '6.1', 'generic-6.1', '6.1.0-56', '6.1.0-56-amd64/..', '6.1.0 amd64'])('%j is no release', (text) => {
  expect(parseRelease(text)).toBeUndefined()
})
