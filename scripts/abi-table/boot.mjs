// Loads a case's modules all the same; says in one word and one line what the kernel made of it.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHost, dependencyClosure, readModinfo, unpackVmlinux } from './gate-parts.mjs'
import { bootOnce } from './guest.mjs'
import { kernelModules } from './kernels.mjs'
import { must } from './process.mjs'

const host = createHost({ group() {}, endGroup() {}, info() {}, detail() {} })

/** The unpacked kernel image, made once. */
export async function vmlinuxOf(cache, kernel) {
  const file = join(cache, `vmlinux-${kernel.release}-${kernel.version.replaceAll(/[^\w.+-]/g, '_')}`)
  if (!existsSync(file)) {
    const unpacked = await unpackVmlinux(host, kernel.vmlinuz, file)
    if (unpacked !== 'unpacked') throw new Error(`${kernel.vmlinuz}: ${unpacked.reason}`)
  }
  return file
}

/**
 * `{ outcome, line }`: `good` (loaded and unloaded, not a word of complaint), `forced` (the same, but the kernel is tainted by a forced load), `refused`, or
 * `broken` (oops, a field that reads wrong). `files`: module name → .ko in the order of loading. The same files on the same kernel are not booted twice.
 */
export async function loadAnyway(cache, kernel, files) {
  const modules = []
  for (const [name, file] of files) modules.push({ name, data: await plain(file) })
  const hash = createHash('sha256').update(JSON.stringify([kernel.release, kernel.version]))
  for (const { name, data } of modules) hash.update(name).update(data)
  const kept = join(cache, 'boots', `${hash.digest('hex')}.json`)
  if (!existsSync(kept)) {
    const wanted = [await vmlinuxOf(cache, kernel), await dependencies(kernel, modules), modules]
    // No module has been touched before the kernel is up: a machine that was too busy is asked once more.
    const first = await bootOnce(...wanted)
    const seen = first.release === kernel.release ? first : await bootOnce(...wanted)
    if (seen.release !== kernel.release) throw new Error(`${kernel.release} did not come up`)
    mkdirSync(join(cache, 'boots'), { recursive: true })
    writeFileSync(kept, JSON.stringify(seen, undefined, 1))
  }
  return judge(JSON.parse(readFileSync(kept, 'utf8')), modules)
}

/** The kernel's own modules that the files name in `depends=`. What does not exist cannot be loaded first; the module is loaded all the same. */
async function dependencies(kernel, modules) {
  const known = kernelModules(kernel)
  const own = new Set(modules.map(({ name }) => name))
  const names = modules.flatMap(({ data }) => dependsOf(data)).map((name) => name.replaceAll('-', '_')).filter((name) => !own.has(name) && known.has(name))
  return dependencyClosure(host, kernel.modulesDir, names)
}

/** First lines of complaints (kernel/panic.c, lib/bug.c, arch/x86/mm/fault.c). */
const SPLAT = /^(?:BUG: |Oops|WARNING: |UBSAN: |general protection fault|invalid opcode|int3: |Kernel panic|kernel tried to execute|list_(?:add|del) corruption|refcount_t: |rcu: INFO|watchdog: )/
/** TAINT_FORCED_MODULE (include/linux/panic.h): the module was taken against the kernel's own rules. */
const FORCED = 1 << 1

function judge({ steps, live, left, taint, done, log }, modules) {
  const lines = log.split('\n').map((line) => line.replace(/^\[\s*\d+\.\d+\](?:\[[^\]]*\])? /, '').trim()).filter((line) => line !== '')
  const layout = lines.find((line) => line.includes('LAYOUT: '))
  if (layout !== undefined) return { outcome: 'broken', line: layout.slice(layout.indexOf('LAYOUT: ') + 8) }
  const splat = lines.find((line) => SPLAT.test(line))
  if (splat !== undefined) return { outcome: 'broken', line: splat }
  const bad = steps.find(({ status }) => status !== '0')
  if (bad !== undefined) {
    const reason = bad.message.trim().replace(/^.*: /, '')
    if (bad.kind === 'load' && /^\d+$/.test(bad.status)) return { outcome: 'refused', line: [said(lines, modules), reason].filter((text) => text !== '').join(': ') }
    return { outcome: 'broken', line: `${bad.kind} ${bad.module}: ${bad.status} ${reason}`.trim() }
  }
  if (!done) return { outcome: 'broken', line: `the guest was lost; ${lines.at(-1) ?? 'no log'}` }
  const hidden = modules.find(({ name }) => !live.includes(name))
  if (hidden !== undefined) return { outcome: 'broken', line: `insmod succeeds, ${hidden.name} is not in /proc/modules` }
  const stays = modules.find(({ name }) => left.includes(name))
  if (stays !== undefined) return { outcome: 'broken', line: `${stays.name} cannot be unloaded` }
  // A module that would have printed it and did not was never run.
  for (const [word, function_] of [['ready', 'init'], ['gone', 'exit']]) {
    const silent = modules.find(({ name, data }) => data.includes(`: ${word}\n`) && !lines.some((line) => line.endsWith(`${name}: ${word}`)))
    if (silent !== undefined) return { outcome: 'broken', line: `the ${function_} function of ${silent.name} is never called` }
  }
  if ((taint & FORCED) !== 0) return { outcome: 'forced', line: said(lines, modules) }
  return { outcome: 'good', line: 'loads, works and unloads' }
}

/** The kernel's own reason: its first line about the module that is no news of every module without Debian's signature. */
function said(lines, modules) {
  const everyday = /loading out-of-tree module taints|module verification failed|random: |module license .*taints kernel|Disabling lock debugging/
  return lines.find((line) => !everyday.test(line) && (modules.some(({ name }) => line.includes(name)) || /module|BPF|BTF/i.test(line))) ?? ''
}

function dependsOf(data) {
  try {
    return (readModinfo(data).get('depends')?.[0] ?? '').split(',').filter(Boolean)
  } catch {
    // A file that is no module any more names nothing that could be loaded before it.
    return []
  }
}

/** The bytes that the kernel gets: modprobe(8) decompresses. */
async function plain(file) {
  if (!file.endsWith('.xz')) return readFileSync(file)
  const scratch = mkdtempSync(join(tmpdir(), 'abi-table-xz-'))
  try {
    const target = join(scratch, 'module.ko')
    await must(['sh', '-c', 'xz -dc "$1" > "$2"', 'plain', file, target], { seconds: 60 })
    return readFileSync(target)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
