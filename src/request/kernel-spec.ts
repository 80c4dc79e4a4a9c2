import { architectureNamed, architectureOfFlavour, ARCHITECTURES } from '../architecture/table.js'
import type { Architecture } from '../architecture/architecture.js'
import { parseRelease } from '../kernel/release.js'
import { UsageError } from '../model/errors.js'
import type { KernelPlace, PackagedKernel } from '../model/request.js'
import { SUITES, suiteNamed } from '../suites/suites.js'

/** `6.1.0-56-amd64`, `6.12.117+deb13-cloud-amd64`, `7.3-amd64`: a version, and after the last dashes a flavour. */
const RELEASE = /^\d+\.\d+[0-9A-Za-z.+~_-]*-[a-z][0-9a-z]*(?:-[a-z][0-9a-z]*)*(?:-\d+k)?$/
const SERIES = /^\d+(?:\.\d+)?$/
/** A package version behind its sign (deb-version(7)). */
const VERSION = /^=(?:\d+:)?\d[A-Za-z0-9.+~-]*$/
const LATEST = /^latest-([1-9]\d?)$/
const FLAVOUR = /^(?:\d+k|[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*(?:-\d+k)?)$/

const GRAMMAR =
  'Allowed are default, a release as uname -r says it (6.1.0-56-amd64), a package version (=6.1.192-2), latest-1 to latest-99 (the newest, the one before it, …), or a series (6.12 or 6). ' +
  'A suite and a flavour may stand before it (bookworm/cloud/6.1, trixie-backports/7, rt/default); a suite may stand alone (sid) or with a flavour (trixie/rt). An architecture may stand at the end (trixie:arm64); a release says its own.'

type Which = PackagedKernel extends infer One ? (One extends KernelPlace ? Omit<One, keyof KernelPlace> : never) : never

/**
 * A kernel as `check` takes it: `[SUITE/][FLAVOUR/]KERNEL[:ARCHITECTURE]`, where KERNEL is `default` (and may be left off behind a suite), a release, a series,
 * a package version, or `[SERIES/]latest-N`, the N-th newest.
 * @throws UsageError that names the input `name`
 */
export function parseKernel(value: string, name: string): PackagedKernel {
  const { text, architecture } = withoutArchitecture(value, name)
  const words = text.split('/')
  const suite = suiteNamed(words[0] ?? '')
  if (suite !== undefined) words.shift()
  const last = parseWhich(words.at(-1) ?? '')
  if (last !== undefined) words.pop()
  const which = last?.kind === 'latest' && SERIES.test(words.at(-1) ?? '') ? { ...last, series: words.pop() ?? '' } : last
  const [flavour, ...rest] = words
  if (rest.length > 0 || (flavour !== undefined && (!FLAVOUR.test(flavour) || suiteNamed(flavour) !== undefined))) throw new UsageError(name, value, GRAMMAR)
  if (suite === undefined && which === undefined) throw new UsageError(name, value, `${GRAMMAR} The suites are ${SUITES.map((one) => one.name).join(', ')}.`)
  if (which?.kind === 'release' && flavour !== undefined && !`-${which.release.split('-').slice(1).join('-')}-`.includes(`-${flavour}-`)) throw new UsageError(name, value, `The release is not of the flavour ${flavour}.`)
  const own = which?.kind === 'release' ? architectureOfFlavour(parseRelease(which.release)?.flavour ?? '') : undefined
  if (own !== undefined && architecture !== undefined && own !== architecture) throw new UsageError(name, value, `The release is one of ${own.name}.`)
  const place: KernelPlace = { ...(suite !== undefined && { suite: suite.name }), ...(flavour !== undefined && { flavour }), ...(architecture !== undefined && which?.kind !== 'release' && { architecture: architecture.name }) }
  return { ...(which ?? { kind: 'default' }), ...place }
}

/** Whose kernel it is; undefined for the machine's own. A release says so itself. */
export function architectureOfSpec(spec: PackagedKernel): Architecture | undefined {
  if (spec.kind === 'release') return architectureOfFlavour(parseRelease(spec.release)?.flavour ?? '')
  return spec.architecture === undefined ? undefined : ARCHITECTURES[spec.architecture]
}

/** Takes `:ARCHITECTURE` off. What comes after the colon of a version's epoch begins with a digit. @throws UsageError for an architecture whose kernels are not known */
function withoutArchitecture(value: string, name: string): { readonly text: string; readonly architecture?: Architecture } {
  const [, text, word] = /^(.+):([a-z]\w*)$/.exec(value) ?? []
  if (text === undefined || word === undefined) return { text: value }
  const architecture = architectureNamed(word)
  if (architecture === undefined) throw new UsageError(name, value, `The architectures are ${Object.keys(ARCHITECTURES).join(', ')}.`)
  return { text, architecture }
}

function parseWhich(word: string): Which | undefined {
  if (word === 'default') return { kind: 'default' }
  if (SERIES.test(word)) return { kind: 'series', series: word }
  if (VERSION.test(word)) return { kind: 'version', version: word.slice(1) }
  const rank = LATEST.exec(word)?.[1]
  if (rank !== undefined) return { kind: 'latest', rank: Number(rank) }
  return RELEASE.test(word) ? { kind: 'release', release: word } : undefined
}

/** The kernel as the user may write it; parseKernel reads it back. */
export function kernelText(spec: PackagedKernel): string {
  const words = [spec.suite, spec.flavour, ...whichWords(spec)].filter((word) => word !== undefined)
  const text = (spec.kind === 'default' && spec.suite !== undefined ? words.slice(0, -1) : words).join('/')
  return spec.architecture === undefined ? text : `${text}:${spec.architecture}`
}

function whichWords(spec: PackagedKernel): readonly (string | undefined)[] {
  switch (spec.kind) {
    case 'default':
      return ['default']
    case 'release':
      return [spec.release]
    case 'series':
      return [spec.series]
    case 'version':
      return [`=${spec.version}`]
    case 'latest':
      return [spec.series, `latest-${spec.rank}`]
  }
}
