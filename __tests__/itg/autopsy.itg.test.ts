import { cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { scriptForRoot } from '../diagnosis/script-for-root.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { mustInRoot } from '../support/in-root.js'
import { NODE24 } from '../support/roots.js'

const CACHE = '__t/kmod-gate'
const SEED = 'opt/seed'

let root = ''

afterAll(() => {
  if (root !== '') rmSync(join(root, SEED), { recursive: true, force: true })
})

/** The one entry of a directory of the gate's cache that is for Debian 6.1, as a path inside the root. */
function cached(name: string): string {
  const entry = readdirSync(join(root, CACHE, name)).find((found) => found.startsWith('6.1.'))
  if (entry === undefined) throw new Error(`the cache has no ${name} of 6.1`)
  return join(CACHE, name, entry)
}

/** A file of its own in place of one that is shared with the cached tree. */
function change(file: string, from: RegExp, to: string): void {
  const path = join(root, SEED, 'tree', file)
  const text = readFileSync(path, 'utf8')
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${file} holds nothing like ${from.source}`)
  writeFileSync(`${path}.new`, changed)
  renameSync(`${path}.new`, path)
}

/** examples/hello as the seed built it: an option lost, and a header in which struct module hangs on it. Past the gate, which would have said so. */
async function buildSeed(release: string): Promise<string> {
  await mustInRoot(root, ['sh', '-c', 'rm -rf "$1" && mkdir -p "$1" && cp -al "$2" "$1/tree"', 'copy', `/${SEED}`, `/${cached('prepared')}`], { timeout: 120 })
  change('include/linux/module.h', /#if 1\n(\s+unsigned int btf_data_size;)/, '#ifdef CONFIG_DEBUG_INFO_BTF_MODULES\n$1')
  change('include/generated/autoconf.h', /^#define CONFIG_DEBUG_INFO_BTF_MODULES .*\n/m, '')
  change('include/config/auto.conf', /^CONFIG_DEBUG_INFO_BTF_MODULES=.*\n/m, '')
  cpSync(HELLO, join(root, SEED, 'hello'), { recursive: true })
  await mustInRoot(root, ['make', '-C', `/${SEED}/tree`, `M=/${SEED}/hello`, `KERNELRELEASE=${release}`, 'CC=gcc-12', 'modules'], { timeout: 120 })
  return `/${SEED}/hello/hello.ko`
}

test('the seed’s case on Debian 6.1: what was refused, what the kernel keeps there, and who wrote it', async () => {
  ;({ root } = await preparedRoot('bookworm'))
  // Tests that shared this root may have emptied parts of its cache.
  checkout(root, HELLO, 'hello')
  expect((await gateStep(root, { module: 'hello', boot: 'off' })).outputs['verdict']).toBe('pass')
  const kit = cached('kits')
  const module = await buildSeed(kit.split('/').at(-1)?.split('_')[0] ?? '')
  await mustInRoot(root, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'gdb-minimal'], { timeout: 200 })
  const script = await scriptForRoot(root, '__tests__/diagnosis/autopsy-entry.ts', 'autopsy')
  const { stdout } = await mustInRoot(root, [NODE24, script, `/${kit}/vmlinux`, module, 'hello', '/tmp/autopsy'], { timeout: 120 })
  const report = JSON.parse(stdout) as { readonly seconds: number; readonly sentences: readonly string[] }
  expect(report).toMatchObject({
    outcome: 'found',
    relocation: { section: '.rela.gnu.linkonce.this_module', entry: 1, type: 1, symbol: 'cleanup_module', target: '.gnu.linkonce.this_module', offset: 0x340, inFile: false },
    member: { name: 'target_list', offset: 0x340, meant: { name: 'exit', offset: 0x350 } },
    writer: { function: 'load_module' },
  })
  expect(report.sentences.join(' ')).toMatch(/its own address, as the head of an empty list does\. It was written by load_module\+0x[0-9a-f]+ in the kernel\./)
  expect(report.seconds).toBeLessThan(20)
}, 900_000)
