// Copies of Debian's headers in which something is wrong.
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { headersOf } from './kernels.mjs'
import { inRoot } from './root.mjs'

/**
 * The headers directory (inside the root) for a case. Debian's own when the case changes nothing, else a copy of them beside it: hard links,
 * of which a changed file is cut loose. `on` and `off` are options without CONFIG_; an edit's `file` is looked for in both halves of the headers.
 */
export async function headersFor(kernel, { name, headers = 'release', on = [], off = [], edits = [], symvers, vmlinux }) {
  const release = kernel[headers]
  const own = headersOf(release)
  if (on.length + off.length + edits.length === 0 && symvers === undefined && vmlinux === undefined) return own
  const arch = `/usr/src/abi-${kernel.id}-${name}`
  const common = `${arch}-common`
  const inside = (path) => join(kernel.root.dir, path)
  const makefile = readFileSync(inside(`${own}/Makefile`), 'utf8')
  const ownCommon = /^include (.*)\/Makefile$/m.exec(makefile)[1]
  for (const path of [arch, common]) rmSync(inside(path), { recursive: true, force: true })
  await inRoot(kernel.root, '/', ['sh', '-c', 'cp -al "$1" "$2" && cp -al "$3" "$4"', 'copy', own, arch, ownCommon, common], { seconds: 120 })
  const places = [inside(arch), inside(common)]
  const change = (file, how) => {
    const path = places.map((place) => join(place, file)).find(existsSync)
    if (path === undefined) throw new Error(`${name}: there is no ${file} in the headers of ${release}`)
    const before = readFileSync(path, 'utf8')
    const after = how(before)
    if (after === before) throw new Error(`${name}: nothing to change in ${file} of ${release}`)
    loose(path, after)
  }
  change('Makefile', (text) => text.replaceAll(ownCommon, common).replaceAll(own, arch))
  for (const option of on) {
    change('include/generated/autoconf.h', (text) => `${text}#define CONFIG_${option} 1\n`)
    change('include/config/auto.conf', (text) => `${text}CONFIG_${option}=y\n`)
  }
  for (const option of off) {
    change('include/generated/autoconf.h', (text) => text.replace(new RegExp(`^#define CONFIG_${option} .*\n`, 'm'), ''))
    change('include/config/auto.conf', (text) => text.replace(new RegExp(`^CONFIG_${option}=.*\n`, 'm'), ''))
  }
  for (const { file, from, to } of edits) change(file, (text) => text.replace(from, to))
  if (symvers !== undefined) change('Module.symvers', (text) => symvers(text, (which) => readFileSync(inside(`${headersOf(kernel[which])}/Module.symvers`), 'utf8')))
  if (vmlinux !== undefined) {
    rmSync(inside(`${arch}/vmlinux`))
    copyFileSync(inside(`${headersOf(kernel[vmlinux])}/vmlinux`), inside(`${arch}/vmlinux`))
  }
  return arch
}

/** A file of its own in place of one that is shared with the unchanged headers. */
function loose(path, text) {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
