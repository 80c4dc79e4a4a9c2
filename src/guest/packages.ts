import type { Architecture } from '../architecture/architecture.js'

/** Debian packages that booting a guest of this architecture needs on a machine of the other one or the same; a test is given kmod too. The guest's own busybox is not among them when it is another's. */
export function guestPackages(architecture: Architecture, native: Architecture | undefined, tested: boolean): string[] {
  return [architecture.qemu.package, ...(architecture === native ? ['busybox-static'] : []), ...(tested ? ['kmod'] : [])]
}
