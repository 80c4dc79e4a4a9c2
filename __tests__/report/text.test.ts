import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parseWorkflowCommands } from '../support/workflow-commands.js'
import { crashText } from '../../src/report/crash.js'
import { reportHtml } from '../../src/report/html.js'
import { NO_RUN, OUTPUTS, outputsOf } from '../../src/report/outputs.js'
import { reproduceLine } from '../../src/report/reproduce.js'
import { verdictSentence } from '../../src/report/sentence.js'
import { reportSummary } from '../../src/report/summary.js'
import { reportText } from '../../src/report/json.js'
import type { Report } from '../../src/model/report.js'
import { readReport } from '../../src/verdict/read-report.js'
import { endText, stageLine } from '../../src/report/terminal.js'
import { VERSION } from '../../src/version.js'
import { ERROR, FAIL, PASS, REQUEST, SKIP, WORST } from './samples.js'

const PLAIN = { colour: false, utf8: true }

test('one sentence for each verdict', () => {
  expect(verdictSentence(PASS)).toBe('hello builds for 6.1.0-56-amd64 under its own config, loads and unloads.')
  expect(verdictSentence(FAIL)).toMatch(/^drivers\/net\/can\/usb\/etas_es58x must not be released for 6\.1\.0-56-amd64: pahole is missing .*MODULE_ALLOW_BTF_MISMATCH \(and 1 more\)\.$/)
  expect(verdictSentence(ERROR)).toBe('hello could not be checked for 6.1.0-56-amd64: The guest did not come up within 120 s.')
  const two = { ...PASS, modules: ['two_base', 'two_user'].flatMap((name) => PASS.modules.map((module) => ({ ...module, name }))) }
  expect(verdictSentence(two)).toBe('two_base and two_user build for 6.1.0-56-amd64 under its own config, load and unload.')
  const { guest, ...unbooted } = PASS
  expect(guest?.end).toBe('completed')
  expect(verdictSentence(unbooted)).toMatch(/own config; the kernel was not booted\.$/)
})

test('the summary of a pass fits on a screen and says the kernel', () => {
  const markdown = reportSummary(PASS)
  expect(markdown.split('\n').length).toBeLessThan(30)
  expect(markdown).toContain('## ✅ pass: hello for 6.1.0-56-amd64')
  expect(markdown).toContain('6.1.192-2')
  expect(markdown).toContain('| ✅ | guard | 4.1 s | no symbol differs')
  expect(markdown).toContain('| hello | 14.2 kB | 9f86d081884c7d65… |')
})

test('the summary of a failure has the evidence and the remedy', () => {
  const markdown = reportSummary(FAIL)
  expect(markdown).toContain('→ Install dwarves.')
  expect(markdown).toContain('CONFIG_DEBUG_INFO_BTF_MODULES: y -> not set')
  expect(markdown).toContain('| ➖ | build |  | the guard ended the run |')
})

test('the worst report stays within bounds and makes no command and no markup', () => {
  const markdown = reportSummary(WORST)
  expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024)
  expect(markdown).toContain('and 48 more in report.json')
  expect(markdown).toContain('and 288 more')
  const html = reportHtml(WORST)
  expect(html).not.toMatch(/<script|\u202e|\u001b/)
  expect(Buffer.byteLength(html)).toBeLessThan(8 * 1024 * 1024)
  for (const text of [markdown, endText(WORST, undefined, PLAIN), ...WORST.stages.map((stage) => stageLine(stage, PLAIN))]) {
    expect(parseWorkflowCommands(text)).toEqual([])
    expect(text).not.toMatch(/[^\P{Cc}\n]/u)
  }
  expect(endText(WORST, undefined, PLAIN).split('\n').length).toBeLessThan(600)
})

test('a skip is told apart from a pass and from a stage that was skipped', () => {
  expect(verdictSentence(SKIP)).toBe('hello was not checked for 6.1.0-56-amd64: hello 1.0 is not for 6.1.0-56-amd64: BUILD_EXCLUSIVE_KERNEL "^7" does not match 6.1.0-56-amd64.')
  const markdown = reportSummary(SKIP)
  expect(markdown).toContain('## ⏭️ skip: hello for 6.1.0-56-amd64')
  expect(markdown).toContain('| ⏭️ | build | 0.3 s | not for this kernel |')
  expect(markdown).toContain('| ➖ | boot |  | not reached |')
  expect(markdown).not.toContain('✅ pass')
  expect(reportHtml(SKIP)).toMatch(/<header class="skip"><h1><span class="verdict">skip<[^]*<article class="skip">[^]*<td class="tone skip">»<[^]*<td class="tone skipped">–</)
  expect(endText(SKIP, undefined, PLAIN)).toMatch(/\nskip: hello\/dkms\.conf:7: hello 1\.0 is not for [^]*\nSKIP {2}hello was not checked for/)
  expect(outputsOf(SKIP)).toMatchObject({ verdict: 'skip', modules: '[]' })
})

test('the page stands alone', () => {
  for (const report of [PASS, FAIL, ERROR, SKIP]) expect(reportHtml(report)).not.toMatch(/<script|<link|<img|src=|@import|url\(|href=/)
})

test('the terminal: verdict, findings, remedies, where to look', () => {
  expect(endText(FAIL, { html: '/out/report.html' }, PLAIN)).toMatch(/fail: pahole is missing[^]*CONFIG_PAHOLE_VERSION: 124 -> 0[^]*→ Install dwarves\.[^]*FAIL {2}drivers[^]*\(12 s\)\nreport: \/out\/report\.html\nagain: {2}kmod-gate check --in-tree/)
  expect(stageLine({ stage: 'guard', outcome: 'pass', seconds: 4.1, summary: 'no delta' }, { colour: false, utf8: false })).toBe('+ guard        4.1 s  no delta')
  expect(stageLine({ stage: 'boot', outcome: 'skipped', seconds: 0, summary: 'not asked for' }, { colour: true, utf8: true })).toBe('\u001b[2m–\u001b[0m boot                not asked for')
})

test('in a shell elsewhere the line goes to the repository first, from whose root it names the module', () => {
  const again = (cwd?: string): string | undefined => /^again: {2}(.*)$/m.exec(endText(SKIP, undefined, PLAIN, cwd))?.[1]
  expect(again()).toMatch(/^kmod-gate check hello/)
  expect(again('/repo')).toBe(again())
  expect(again('/home/me')).toBe(`cd /repo && ${again() ?? ''}`)
  expect(endText(FAIL, undefined, PLAIN, '/home/me')).toContain('again:  kmod-gate check --in-tree')
})

test('the line that asks for the same again', () => {
  expect(reproduceLine(REQUEST)).toBe('kmod-gate check hello')
  const much = { ...FAIL.request, allowances: [{ symbol: 'A', reason: "it's so" }], makeArgs: ['KCFLAGS=-DA -DB'], dkms: 'off', boot: 'tcg', memory: 1024 } as const
  expect(reproduceLine(much, '6.1.0-56-amd64')).toBe(
    `kmod-gate check --in-tree drivers/net/can/usb/etas_es58x --options CONFIG_CAN_ETAS_ES58X=m --allow-config-delta 'A: it'\\''s so' --kernel 6.1.0-56-amd64 --make-args ''\\''KCFLAGS=-DA -DB'\\''' --dkms off --install false --boot tcg --memory 1024`,
  )
})

test('outputs', () => {
  expect(outputsOf(PASS)).toEqual({
    verdict: 'pass',
    'kernel-release': '6.1.0-56-amd64',
    'package-version': '6.1.192-2',
    modules: JSON.stringify([{ name: 'hello', file: '/repo/kmod-gate-out/hello.ko', sha256: PASS.modules[0]?.sha256 }]),
    'config-delta': '0',
    report: '/repo/kmod-gate-out/report.json',
    'output-dir': '/repo/kmod-gate-out',
  })
  expect(outputsOf(FAIL)).toMatchObject({ verdict: 'fail', 'config-delta': '5' })
  expect(Object.keys(outputsOf(ERROR))).toEqual(Object.keys(OUTPUTS))
  expect(Object.keys(NO_RUN)).toEqual(Object.keys(OUTPUTS))
})

test('a defect of the gate asks to be reported; a refusal of the system says which', () => {
  expect(crashText(new TypeError('x is not a function'))).toMatch(/defect of kmod-gate .*Please report it[^]*x is not a function/)
  let refused: unknown
  try {
    readFileSync('/nowhere/at-all')
  } catch (error) {
    refused = error
  }
  expect(crashText(refused)).toMatch(/^Error: .*ENOENT: .*\/nowhere\/at-all/)
  expect(crashText(refused)).not.toMatch(/defect/)
})

test('the version is that of package.json', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: VERSION })
})

test('a proof against a directory is asked for again as what it was', () => {
  const request = { ...REQUEST, module: { kind: 'prebuilt', files: ['/repo/a.ko'] }, kernel: { kind: 'directory', directory: '/usr/src/linux' }, boot: 'off' } as const
  expect(reproduceLine(request)).toBe('kmod-gate abi /repo/a.ko --against /usr/src/linux')
  expect(reproduceLine({ ...request, abi: 'require' })).toBe('kmod-gate abi /repo/a.ko --against /usr/src/linux --abi require')
})

test('a kernel of the user’s own: where it was built, no package version, and the inputs to ask again', () => {
  const kernel = { kind: 'own', tree: '/srv/linux', image: '/srv/bzImage', modules: '/srv/root' } as const
  const own: Report = { ...PASS, request: { ...REQUEST, kernel }, target: { release: '6.12.0-mine', series: '6.12', flavour: 'amd64', tree: '/srv/linux', imageSha256: '0'.repeat(64), configSha256: '1'.repeat(64) } }
  expect(reproduceLine(own.request, '6.12.0-mine')).toBe('kmod-gate check hello --kernel-tree /srv/linux --kernel-image /srv/bzImage --kernel-modules /srv/root')
  expect(reportSummary(own)).toMatch(/Kernel \*\*6\.12\.0-mine\*\*, built in \/srv\/linux · /)
  expect(reportHtml(own)).toContain('built in /srv/linux')
  expect([outputsOf(own)['package-version'], outputsOf(own)['kernel-release']]).toEqual(['', '6.12.0-mine'])
  expect(readReport(reportText(own)).target).toEqual(own.target)
})
