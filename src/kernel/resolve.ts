import { longFlavour } from '../architecture/flavour.js'
import type { Host } from '../host/host.js'
import { GateError, UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import type { PackagedKernel } from '../model/request.js'
import { kernelText } from '../request/kernel-spec.js'
import { OWN_VIEW, type AptView } from '../suites/apt-view.js'
import { imageDependency, PackageIndex } from './package-index.js'
import { parseRelease } from './release.js'
import { kernelStanzas, parseStanzas } from './stanzas.js'

/** So many releases are listed in an error; the rest is counted. */
const LISTED = 12

/**
 * Chooses the kernel and one version for all of its packages, among those that `view` shows.
 * @throws UsageError (`kernel`) when there is no such kernel, or one of its packages is missing at that version; lists what would work.
 * @throws GateError `kernel.no-package-lists` when apt knows no kernel packages at all.
 */
export async function resolveKernel(host: Host, spec: PackagedKernel, architecture: string, view: AptView = OWN_VIEW): Promise<KernelTarget> {
  const stanzas = await kernelStanzas(host, view)
  if (stanzas.length === 0) {
    throw new GateError({
      id: 'kernel.no-package-lists',
      stage: 'resolve',
      severity: 'error',
      title: view.name === undefined ? 'apt knows no kernel packages at all' : `the package lists of ${view.name} have no kernel packages at all`,
      remedy: 'Run apt-get update (with install: true the gate does it itself), and check that the system is Debian or Kali.',
    })
  }
  const index = new PackageIndex(stanzas)
  const flavour = longFlavour(spec.flavour, architecture)
  const target = chosen(index, spec, flavour, spec.kind === 'default' ? await metapackage(host, flavour, view) : undefined)
  if (typeof target !== 'string') return { ...target, ...(view.name !== undefined && { archive: view.name }) }
  throw new UsageError('kernel', kernelText(spec), `${target} ${works(index, spec, flavour)}`)
}

/** The release that apt's candidate of the suite's metapackage depends on; apt decides, so that pins and backports count as they do for apt. */
async function metapackage(host: Host, flavour: string, view: AptView): Promise<string | undefined> {
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...view.options, '--no-all-versions', '--', `linux-image-${flavour}`], seconds: 60 })
  return imageDependency(parseStanzas(shown.stdout)[0]?.depends ?? '')
}

/** The kernel, or a sentence that says why there is none. `meta`: what the metapackage depends on. */
function chosen(index: PackageIndex, spec: PackagedKernel, flavour: string, meta: string | undefined): KernelTarget | string {
  const ready = (): readonly KernelTarget[] => index.completeTargets().filter((target) => target.flavour === flavour)
  switch (spec.kind) {
    case 'release':
      return index.complete(spec.release)
    case 'default':
      // Without a metapackage (install: false in a prepared image) the newest kernel that is there.
      return meta === undefined ? (ready()[0] ?? `There is no metapackage linux-image-${flavour} here.`) : index.complete(meta)
    case 'series':
      return ready().find((target) => isOf(target, spec.series)) ?? `apt has no release of this series with image, headers and source at one version, of flavour ${flavour}.`
    case 'latest': {
      const of = ready().filter((target) => spec.series === undefined || isOf(target, spec.series))
      const some = of.length === 1 ? 'is only one release' : `are only ${of.length} releases`
      return of[spec.rank - 1] ?? (of.length === 0 ? `apt has no release with image, headers and source at one version, of flavour ${flavour}.` : `There ${some} of flavour ${flavour} with image, headers and source at one version.`)
    }
    case 'version':
      return index.atVersion(spec.version, flavour)
  }
}

/** `6.12` is of 6 and of 6.12. */
function isOf(target: KernelTarget, series: string): boolean {
  return `${target.series}.`.startsWith(`${series}.`)
}

/** The releases that would work, those that look like the wanted one first. */
function works(index: PackageIndex, spec: PackagedKernel, flavour: string): string {
  const byVersion = spec.kind === 'version'
  const wanted = spec.kind === 'release' ? spec.release : spec.kind === 'series' ? spec.series : byVersion ? spec.version : ''
  const seriesOf = (release: string) => /^\d+\.\d+/.exec(release)?.[0]
  const like = spec.kind === 'release' ? (parseRelease(spec.release)?.flavour ?? flavour) : flavour
  const ranks = (target: KernelTarget) => (seriesOf(target.release) === seriesOf(wanted) ? 0 : 2) + (target.flavour === like ? 0 : 1)
  const all = [...index.completeTargets()].sort((a, b) => ranks(a) - ranks(b))
  if (all.length === 0) return 'No release in these suites has image, headers and source at one version.'
  const words = [...new Set(all.map(({ release, packageVersion }) => (byVersion ? `=${packageVersion}` : release)))]
  const rest = words.length > LISTED ? ` and ${words.length - LISTED} more` : ''
  return `These would work: ${words.slice(0, LISTED).join(', ')}${rest}.`
}
