import type { Request } from '../model/request.js'
import type { Architecture } from '../architecture/architecture.js'

/** Debian packages that booting a guest of this architecture needs on a machine of the other one or the same; a test is given kmod too. The guest's own busybox is not among them when it is another's. */
export function guestPackages(architecture: Architecture, native: Architecture | undefined, tested: boolean): string[] {
  return [architecture.qemu.package, ...(architecture === native ? ['busybox-static'] : []), ...(tested ? ['kmod'] : [])]
}

/** What a request needs of them: all to boot, all but QEMU to leave a bundle that is booted elsewhere, else none. */
export function packagesFor({ boot, bundle, scenario }: Pick<Request, 'boot' | 'bundle' | 'scenario'>, architecture: Architecture, native: Architecture | undefined): string[] {
  const all = guestPackages(architecture, native, scenario.test !== undefined)
  if (boot !== 'off') return all
  return bundle === 'always' ? all.filter((name) => name !== architecture.qemu.package) : []
}
