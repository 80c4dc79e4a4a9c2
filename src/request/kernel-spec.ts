import { UsageError } from '../model/errors.js'
import type { KernelPlace, PackagedKernel } from '../model/request.js'
import { SUITES, suiteNamed } from '../suites/suites.js'

/** `6.1.0-56-amd64`, `6.12.117+deb13-cloud-amd64`, `7.3-amd64`: a version, and after the last dashes a flavour. */
const RELEASE = /^\d+\.\d+[0-9A-Za-z.+~_-]*-[a-z][0-9a-z]*(?:-[a-z][0-9a-z]*)*$/
const SERIES = /^\d+(?:\.\d+)?$/
/** A package version behind its sign (deb-version(7)). */
const VERSION = /^=(?:\d+:)?\d[A-Za-z0-9.+~-]*$/
const LATEST = /^latest-([1-9]\d?)$/
const FLAVOUR = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/

const GRAMMAR =
  'Allowed are default, a release as uname -r says it (6.1.0-56-amd64), a package version (=6.1.192-2), latest-1 to latest-99 (the newest, the one before it, …), or a series (6.12 or 6). ' +
  'A suite and a flavour may stand before it (bookworm/cloud/6.1, trixie-backports/7, rt/default); a suite may stand alone (sid) or with a flavour (trixie/rt).'

type Which = PackagedKernel extends infer One ? (One extends KernelPlace ? Omit<One, keyof KernelPlace> : never) : never

/**
 * A kernel as `check` takes it: `[SUITE/][FLAVOUR/]KERNEL`, where KERNEL is `default` (and may be left off behind a suite), a release, a series,
 * a package version, or `[SERIES/]latest-N`, the N-th newest.
 * @throws UsageError that names the input `name`
 */
export function parseKernel(value: string, name: string): PackagedKernel {
  const words = value.split('/')
  const suite = suiteNamed(words[0] ?? '')
  if (suite !== undefined) words.shift()
  const last = parseWhich(words.at(-1) ?? '')
  if (last !== undefined) words.pop()
  const which = last?.kind === 'latest' && SERIES.test(words.at(-1) ?? '') ? { ...last, series: words.pop() ?? '' } : last
  const [flavour, ...rest] = words
  if (rest.length > 0 || (flavour !== undefined && (!FLAVOUR.test(flavour) || suiteNamed(flavour) !== undefined))) throw new UsageError(name, value, GRAMMAR)
  if (suite === undefined && which === undefined) throw new UsageError(name, value, `${GRAMMAR} The suites are ${SUITES.map((one) => one.name).join(', ')}.`)
  if (which?.kind === 'release' && flavour !== undefined && !`-${which.release.split('-').slice(1).join('-')}-`.includes(`-${flavour}-`)) throw new UsageError(name, value, `The release is not of the flavour ${flavour}.`)
  const place: KernelPlace = { ...(suite !== undefined && { suite: suite.name }), ...(flavour !== undefined && { flavour }) }
  return { ...(which ?? { kind: 'default' }), ...place }
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
  return spec.kind === 'default' && spec.suite !== undefined ? words.slice(0, -1).join('/') : words.join('/')
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
