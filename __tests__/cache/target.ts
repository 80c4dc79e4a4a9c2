import type { KernelTarget } from '../../src/model/kernel.js'

/** A kernel of which no file is needed. */
export const TARGET: KernelTarget = {
  release: '6.1.0-56-amd64',
  packageVersion: '1:6.1.192-2~bpo12+1',
  flavour: 'amd64',
  series: '6.1',
  image: [{ name: 'linux-image-6.1.0-56-amd64', version: '1:6.1.192-2~bpo12+1', size: 70_000_000, sha256: 'aa' }],
  headers: { name: 'linux-headers-6.1.0-56-amd64', version: '1:6.1.192-2~bpo12+1', size: 2_000_000, sha256: 'bb' },
  source: { name: 'linux-source-6.1', version: '1:6.1.192-2~bpo12+1', size: 139_000_000, sha256: 'cc' },
}
