import { inRoot } from '../roots.mjs'
import { keepModule } from '../warm-root.mjs'

/** bench/floor.sh for examples/hello: what no gate can do without. `headers`: the tree for `make M=`. */
export async function floorOf(root, { release, headers, vmlinux }) {
  const make = await inRoot(root, ['sh', 'bench/floor.sh', 'make', headers, 'examples/hello', '/root/floor-make'])
  const boot = await inRoot(root, ['sh', 'bench/floor.sh', 'boot', vmlinux, await keepModule(root, release), '/root/floor-boot'])
  return { seconds: make.seconds + boot.seconds, stages: { build: make.seconds, boot: boot.seconds } }
}
