import { copyFile, mkdir, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { makeScratch } from '../host/scratch.js'
import { GateError } from '../model/errors.js'
import type { KernelSource, KernelTarget } from '../model/kernel.js'
import { LISTS_STALE } from '../packages/packages.js'
import { viewFiles, type AptView } from '../suites/apt-view.js'
import { openView, ownMirrors, trustOf, type ViewSetting } from '../suites/open-view.js'
import { entriesFor, sourcesText } from '../suites/sources.js'
import { lastLines } from '../text/bounded.js'

/** Seconds for 2 MB. */
const FETCH_DEADLINE = 300
const UNPACK_DEADLINE = 120
/** How many lines of a program's complaint a finding carries. */
const EVIDENCE_LINES = 10

/**
 * The patches of a featureset of Debian's linux source package, in the order in which they are applied: the one file that linux-source has beside
 * its tar (`linux-patch-5.10-rt.patch.xz`; debian/rules.real, binary_source), else debian/patches-FEATURESET of the source package, which apt fetches
 * without the rest of it. They are kept in `cacheDir`.
 * @throws GateError `kernel.other-source` when neither can be had, with the reason
 */
export async function featuresetPatches(host: Host, source: KernelSource, featureset: string, setting: Omit<ViewSetting, 'architecture' | 'native'>): Promise<readonly string[]> {
  const { series, packageVersion } = source.target
  const kept = join(setting.cacheDir, 'patches', `linux-source-${series}_${packageVersion.replaceAll(':', '%3a')}-${featureset}`)
  if (!(await exists(kept))) {
    await mkdir(dirname(kept), { recursive: true })
    const scratch = await makeScratch(`${kept}.`)
    try {
      const beside = join(dirname(source.sourceTar), `linux-patch-${series}-${featureset}.patch.xz`)
      const made = (await exists(beside)) ? await besideTar(host, source, featureset, beside, scratch) : await ofSourcePackage(host, source, featureset, setting, scratch)
      // A package's directories have the time of the package, and what is old goes from the cache.
      await utimes(made, new Date(), new Date())
      // Another run may have been faster; its patches are as good as ours.
      await rename(made, kept).catch(async (error: unknown) => {
        if (!(await exists(kept))) throw error
      })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
  return namesOfSeries(await readFile(join(kept, 'series'), 'utf8')).map((name) => join(kept, name))
}

/** Names in a quilt series: one a line, maybe with options behind it, and comments. Names that lead elsewhere are none. */
export function namesOfSeries(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const name = line.replace(/(?:^|\s)#.*$/, '').trim().split(/\s+/)[0] ?? ''
    return name === '' || name.split('/').includes('..') || name.startsWith('/') ? [] : [name]
  })
}

export function fetchSourceArgs({ name, version }: KernelTarget['source'], view: AptView): string[] {
  // By the name of the binary package: in backports linux-source-6.12 comes from a source package called linux-6.12.
  return ['source', '-q', '--diff-only', ...view.options, '-o', 'Acquire::Retries=3', '--', `${name}=${version}`]
}

async function besideTar(host: Host, source: KernelSource, featureset: string, file: string, scratch: string): Promise<string> {
  await copyFile(file, join(scratch, 'all.patch.xz'))
  const exit = await host.run({ program: 'xz', args: ['--decompress', join(scratch, 'all.patch.xz')], seconds: UNPACK_DEADLINE })
  if (exit.status !== 0) throw otherSource(source.target, featureset, lastLines(exit.stderr, EVIDENCE_LINES))
  await writeFile(join(scratch, 'series'), 'all.patch\n')
  return scratch
}

async function ofSourcePackage(host: Host, source: KernelSource, featureset: string, setting: Omit<ViewSetting, 'architecture' | 'native'>, scratch: string): Promise<string> {
  if (!setting.install) throw otherSource(source.target, featureset, 'Nothing may be fetched (install: false).')
  const view = await sourceView(host, source.target, setting).catch((error: unknown) => {
    if (!(error instanceof GateError)) throw error
    throw otherSource(source.target, featureset, [error.finding.title, error.finding.detail ?? ''].join('\n').trim())
  })
  host.log.info(`fetching the patches of featureset ${featureset} from the source package of ${source.target.source.name}`)
  const fetched = await host.run({ program: 'apt-get', args: fetchSourceArgs(source.target.source, view), cwd: scratch, seconds: FETCH_DEADLINE })
  const archive = (await readdir(scratch)).find((name) => /\.debian\.tar\.\w+$/.test(name))
  if (fetched.status !== 0 || archive === undefined) throw otherSource(source.target, featureset, lastLines(fetched.stderr.split('\n').filter((line) => !line.startsWith('NOTICE')).join('\n').trim(), EVIDENCE_LINES))
  const folder = `debian/patches-${featureset}`
  const unpacked = await host.run({ program: 'tar', args: ['--extract', '--file', join(scratch, archive), '--directory', scratch, '--no-same-owner', folder], seconds: UNPACK_DEADLINE })
  if (unpacked.status !== 0) throw otherSource(source.target, featureset, lastLines(unpacked.stderr, EVIDENCE_LINES))
  return join(scratch, folder)
}

/** apt's view of the source packages, where the kernel's own packages come from. */
async function sourceView(host: Host, { archive }: KernelTarget, setting: Omit<ViewSetting, 'architecture' | 'native'>): Promise<AptView> {
  const full = { ...setting, architecture: '', native: '' }
  const binaries = archive === undefined ? await ownSources(host) : await readFile(viewFiles(setting.cacheDir, archive).sources, 'utf8')
  const text = binaries.replace(/^Types: deb$/gm, 'Types: deb-src').replace(/^Architectures:.*\n/gm, '')
  return openView(host, `${archive ?? 'own'}-src`, text, full, LISTS_STALE)
}

async function ownSources(host: Host): Promise<string> {
  const mirrors = await ownMirrors(host)
  return sourcesText(entriesFor(mirrors.own, mirrors), 'all', await trustOf(mirrors))
}

/** That the source which a kernel was built from cannot be had or made; `reason` is what stood in the way. */
export function otherSource({ release, series }: KernelTarget, featureset: string, reason: string): GateError {
  return new GateError({
    id: 'kernel.other-source',
    stage: 'install',
    severity: 'error',
    title: `${release} is built with the patches of Debian’s featureset ${featureset}, which linux-source-${series} does not hold and which could not be had beside it: its configuration cannot be compared`,
    ...(reason !== '' && { detail: reason }),
    remedy: 'Take a release whose source package the archive still has, or build against the headers and give the files as `modules` (proof and boot need no source), or choose another flavour, or a 7.x kernel.',
  })
}
