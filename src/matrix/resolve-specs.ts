import { longFlavour } from '../architecture/flavour.js'
import { imageDependency, newestFirst, PackageIndex } from '../kernel/package-index.js'
import type { Stanza } from '../kernel/stanzas.js'
import { compareVersions } from '../kernel/version.js'
import { UsageError } from '../model/errors.js'
import type { KernelTarget } from '../model/kernel.js'
import { MOST_JOBS, type MatrixEntry } from './entry.js'
import type { Spec } from './spec.js'
import type { Family, Suite } from '../suites/suites.js'
import { tiersOf } from './suites.js'

/** Kernel packages of each suite, by the suite's name; a suite that was not read is absent. */
export type StanzasBySuite = ReadonlyMap<string, readonly Stanza[]>

export interface Setting {
  /** As dpkg names it. */
  readonly architecture: string
  /** Suite that `default` alone means. */
  readonly defaultSuite: Suite
  readonly family: Family
  /** How many tiers a spec without a suite is searched in; absent for all. */
  readonly tiers?: number
  /** Name of the input, for errors. */
  readonly input: string
}

interface Found {
  readonly suite: Suite
  readonly target: KernelTarget
}

/** So many releases are listed in an error for each suite. */
const LISTED = 8

/**
 * The jobs for these specs: in the order of the specs, of one spec the newest kernel first, each kernel once. A kernel that two specs give is
 * required when one of them says so.
 * @throws UsageError for a spec that gives no kernel, with those that it could have given
 */
export function resolveSpecs(specs: readonly Spec[], stanzasBySuite: StanzasBySuite, setting: Setting): readonly MatrixEntry[] {
  if (specs.length === 0) throw new UsageError(setting.input, '', 'There is no kernel in it.')
  const archive = new Archive(stanzasBySuite, setting)
  const entries = new Map<string, MatrixEntry>()
  for (const spec of specs) {
    const found = archive.find(spec)
    if (typeof found === 'string') throw new UsageError(setting.input, spec.text, found)
    for (const one of found) {
      const { release, packageVersion } = one.target
      const before = entries.get(release)
      // Jobs, reports and artifacts go by the release.
      if (before !== undefined && before.version !== packageVersion) throw new UsageError(setting.input, spec.text, `It gives ${release} at ${packageVersion}, and ${before.spec} gives it at ${before.version}; a matrix has one of them.`)
      entries.set(release, before === undefined ? entryOf(spec, one) : { ...before, required: before.required || spec.required })
    }
  }
  if (entries.size > MOST_JOBS) throw new UsageError(setting.input, specs.map(({ text }) => text).join(' '), `These are ${entries.size} kernels; a matrix has at most ${MOST_JOBS} jobs.`)
  return [...entries.values()]
}

/** The specs that cannot be resolved from what was read so far. */
export function unresolved(specs: readonly Spec[], stanzasBySuite: StanzasBySuite, setting: Setting): readonly Spec[] {
  const archive = new Archive(stanzasBySuite, setting)
  return specs.filter((spec) => typeof archive.find(spec) === 'string')
}

/** The suites that a spec names, `default` alone included; none when all of them are to be searched. */
export function suitesOf(spec: Spec, { defaultSuite }: Pick<Setting, 'defaultSuite'>): readonly Suite[] {
  if (spec.suite !== undefined) return [spec.suite]
  return spec.which.kind === 'default' ? [defaultSuite] : []
}

function entryOf(spec: Spec, { suite, target }: Found): MatrixEntry {
  return {
    kernel: target.release,
    image: suite.image,
    flavour: target.flavour,
    label: `${target.release} (${suite.name} ${target.packageVersion})`,
    required: spec.required,
    version: target.packageVersion,
    suite: suite.name,
    spec: spec.text,
  }
}

class Archive {
  readonly #targets = new Map<string, readonly KernelTarget[]>()

  constructor(
    private readonly stanzas: StanzasBySuite,
    private readonly setting: Setting,
  ) {}

  /** The kernels that a spec gives, or a sentence that says why there are none. */
  find(spec: Spec): readonly Found[] | string {
    const named = suitesOf(spec, this.setting)
    const tiers = named.length > 0 ? [named] : tiersOf(this.setting.family).slice(0, this.setting.tiers)
    for (const suites of tiers) {
      const found = this.#among(spec, suites)
      if (found.length > 0) return found
    }
    const suites = tiers.flat()
    return `${this.#nothing(spec, suites)} ${this.#works(spec, suites)}`
  }

  #among(spec: Spec, suites: readonly Suite[]): readonly Found[] {
    const flavour = longFlavour(spec.flavour, this.setting.architecture)
    const all = suites
      .flatMap((suite) => this.#complete(suite).map((target) => ({ suite, target })))
      .filter(({ target }) => target.flavour === flavour)
      .sort((a, b) => newestFirst(a.target, b.target))
    const { which } = spec
    switch (which.kind) {
      case 'default': {
        const release = suites.map((suite) => this.#metapackage(suite, flavour)).find((name) => name !== undefined)
        return release === undefined ? all.slice(0, 1) : first(all, ({ target }) => target.release === release)
      }
      case 'latest':
        return newestOfEach(all.filter(({ target }) => which.series === undefined || isOf(target, which.series))).slice(0, which.count)
      case 'series':
        return first(all, ({ target }) => isOf(target, which.series))
      case 'release':
        return first(all, ({ target }) => target.release === which.release)
      case 'version':
        return first(all, ({ target }) => target.packageVersion === which.version)
    }
  }

  #complete(suite: Suite): readonly KernelTarget[] {
    const known = this.#targets.get(suite.name)
    if (known !== undefined) return known
    const targets = new PackageIndex(this.stanzas.get(suite.name) ?? []).everyTarget()
    this.#targets.set(suite.name, targets)
    return targets
  }

  /** The release that the newest linux-image-FLAVOUR of the suite depends on; undefined when there is no such metapackage. */
  #metapackage(suite: Suite, flavour: string): string | undefined {
    const versions = (this.stanzas.get(suite.name) ?? []).filter(({ name }) => name === `linux-image-${flavour}`).sort((a, b) => compareVersions(b.version, a.version))
    return imageDependency(versions[0]?.depends ?? '')
  }

  #nothing({ which, flavour }: Spec, suites: readonly Suite[]): string {
    const where = suites.map(({ name }) => name).join(', ')
    const long = longFlavour(flavour, this.setting.architecture)
    const meta = which.kind === 'default' ? suites.map((suite) => this.#metapackage(suite, long)).find((name) => name !== undefined) : undefined
    if (meta !== undefined) return `The default kernel of ${where} is ${meta}, and its image, headers and source are not there at one version.`
    return `There is no such kernel of flavour ${long} with image, headers and source at one version in ${where}.`
  }

  /** What the searched suites have; of the flavour that was asked for where there is any. */
  #works({ flavour }: Spec, suites: readonly Suite[]): string {
    const long = longFlavour(flavour, this.setting.architecture)
    const lists = suites.flatMap((suite) => {
      const all = this.#complete(suite)
      const own = all.filter((target) => target.flavour === long)
      const releases = [...new Set((own.length > 0 ? own : all).map(({ release }) => release))]
      const rest = releases.length > LISTED ? ` and ${releases.length - LISTED} more` : ''
      return releases.length === 0 ? [] : [`${suite.name}: ${releases.slice(0, LISTED).join(', ')}${rest}`]
    })
    return lists.length === 0 ? 'No kernel at all was found there.' : `These would match: ${lists.join('; ')}.`
  }
}

/** `6.12` is of 6 and of 6.12. */
function isOf(target: KernelTarget, series: string): boolean {
  return `${target.series}.`.startsWith(`${series}.`)
}

function first(found: readonly Found[], wanted: (one: Found) => boolean): readonly Found[] {
  const one = found.find(wanted)
  return one === undefined ? [] : [one]
}

/** Of a release that is there at several versions, the newest. */
function newestOfEach(found: readonly Found[]): readonly Found[] {
  const releases = new Set<string>()
  return found.filter(({ target }) => !releases.has(target.release) && releases.add(target.release))
}
