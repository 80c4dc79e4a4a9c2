import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { scriptForRoot } from '../diagnosis/script-for-root.js'
import { HELLO, checkout, gateStep, preparedRoot } from '../support/gate.js'
import { mustInRoot } from '../support/in-root.js'
import { guestSteps } from '../support/report-file.js'
import { NODE24 } from '../support/roots.js'
import { WORKSPACE } from '../support/runner-shim.js'

const CACHE = '__t/kmod-gate'
const ALLOWED = ['PAHOLE_VERSION', 'PAHOLE_HAS_SPLIT_BTF', 'PAHOLE_HAS_LANG_EXCLUDE', 'DEBUG_INFO_BTF_MODULES', 'MODULE_ALLOW_BTF_MISMATCH'].map((symbol) => `${symbol}: to see what comes of it`).join('\n')

let root = ''
const cached = (name: string): string[] => (readdirSync(join(root, CACHE)).includes(name) ? readdirSync(join(root, CACHE, name)).map((entry) => join(CACHE, name, entry)) : [])

afterAll(() => {
  // The next test takes its tree from the archive again.
  if (root !== '') for (const entry of [...cached('trees'), ...cached('prepared')]) rmSync(join(root, entry), { recursive: true, force: true })
})

/** Builds examples/hello as the seed did, without pahole and with the header as it was, and past all that would have said so. */
async function buildSeed(): Promise<void> {
  ;({ root } = await preparedRoot('bookworm'))
  checkout(root, HELLO, 'hello')
  await mustInRoot(root, ['dpkg', '--purge', 'dwarves', 'pahole'], { timeout: 60 })
  for (const entry of cached('prepared')) rmSync(join(root, entry), { recursive: true })
  const header = join(root, cached('trees').find((entry) => entry.includes('linux-source-6.1')) ?? '', 'include/linux/module.h')
  const text = readFileSync(header, 'utf8')
  const changed = text.replace('#if 1\n\tunsigned int btf_data_size;', '#ifdef CONFIG_DEBUG_INFO_BTF_MODULES\n\tunsigned int btf_data_size;')
  expect(changed).not.toBe(text)
  writeFileSync(header, changed)
  const step = await gateStep(root, { module: 'hello', install: 'false', 'allow-config-delta': ALLOWED, abi: 'off' })
  expect(guestSteps(step.report)).toContain('load hello refused')
}

test('the seed’s case on Debian 6.1: what was refused, what the kernel keeps there, and who wrote it', async () => {
  await buildSeed()
  const kit = cached('kits').find((entry) => entry.includes('/6.1.')) ?? ''
  const vmlinux = readdirSync(join(root, kit), { recursive: true, encoding: 'utf8' }).find((file) => /(?:^|\/)vmlinux$/.test(file)) ?? ''
  await mustInRoot(root, ['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'gdb-minimal'], { timeout: 200 })
  const script = await scriptForRoot(root, '__tests__/diagnosis/autopsy-entry.ts', 'autopsy')
  const { stdout } = await mustInRoot(root, [NODE24, script, `/${kit}/${vmlinux}`, join(WORKSPACE, 'kmod-gate-out/modules/hello.ko'), 'hello', '/tmp/autopsy'], { timeout: 120 })
  const report = JSON.parse(stdout) as { readonly seconds: number; readonly sentences: readonly string[] }
  expect(report).toMatchObject({
    outcome: 'found',
    relocation: { section: '.rela.gnu.linkonce.this_module', entry: 1, type: 1, symbol: 'cleanup_module', target: '.gnu.linkonce.this_module', offset: 0x340 },
    member: { name: 'target_list', offset: 0x340, meant: { name: 'exit', offset: 0x350 } },
    writer: { function: 'load_module' },
  })
  expect(report.sentences.join(' ')).toMatch(/its own address, as the head of an empty list does\. It was written by load_module\+0x[0-9a-f]+ in the kernel\./)
  expect(report.seconds).toBeLessThan(20)
}, 900_000)
