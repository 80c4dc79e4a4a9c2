import { shortFlavour } from '../architecture/flavour.js'
import { architectureNamed, architectureOfFlavour, ARCHITECTURES } from '../architecture/table.js'
import { parseRelease } from '../kernel/release.js'
import { UsageError } from '../model/errors.js'
import { SUITES, suiteNamed, type Suite } from '../suites/suites.js'

/** Which kernels of a suite. */
export type Which =
  /** The one that the suite's metapackage installs. */
  | { readonly kind: 'default' }
  /** The newest so many releases; a suite may have kernels of several series (Debian 12 has 6.1 and 6.12). */
  | { readonly kind: 'latest'; readonly count: number; readonly series?: string }
  /** The newest release of `6.12` or `7`. */
  | { readonly kind: 'series'; readonly series: string }
  | { readonly kind: 'release'; readonly release: string }
  /** The release that this package version holds. */
  | { readonly kind: 'version'; readonly version: string }

export interface Spec {
  /** As the user wrote it, without the mark of an advisory one. */
  readonly text: string
  /** Whether a kernel that fails keeps the module from being released. */
  readonly required: boolean
  /** Absent when all suites are searched. */
  readonly suite?: Suite
  /** Debian's name of the architecture whose kernels it means. */
  readonly architecture: string
  /** `''` for the plain flavour, else `cloud`, `rt` or `16k`; the architecture is left off. */
  readonly flavour: string
  readonly which: Which
}

/** More would be more than one suite ever has. */
const MOST_LATEST = 50

/** Package versions (deb-version(7)); no slash, blank or shell character can be in one. */
const VERSION = /^=(?:\d+:)?\d[A-Za-z0-9.+~-]*$/
const SERIES = /^\d+(?:\.\d+)?$/
const FLAVOUR = /^(?:\d+k|[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*(?:-\d+k)?)$/

const GRAMMAR =
  'Allowed is [SUITE/][FLAVOUR/]KERNEL[:ARCHITECTURE], where KERNEL is default, a series (6.12 or 7), latest-N or SERIES/latest-N, a release (6.1.0-56-amd64) or a package version (=6.1.192-2) and may be left off after a suite; a `?` at the end makes it advisory.'

/** Takes one spec apart; `architecture` is the machine's own. @throws UsageError with the grammar, naming `input` */
export function parseSpec(written: string, input: string, architecture: string): Spec {
  const refuse = (why: string): UsageError => new UsageError(input, written, `${why} ${GRAMMAR}`)
  const text = written.replace(/\?$/, '')
  const [, plain = text, colon] = /^(.+):([a-z]\w*)$/.exec(text) ?? []
  if (colon !== undefined && architectureNamed(colon) === undefined) throw refuse(`${colon} is no architecture whose kernels are known (${Object.keys(ARCHITECTURES).join(', ')}).`)
  const words = plain.split('/')
  const suite = suiteNamed(words[0] ?? '')
  if (suite !== undefined) words.shift()
  const last = parseWhich(words.at(-1) ?? '')
  if (last !== undefined) words.pop()
  const series = last?.kind === 'latest' && SERIES.test(words.at(-1) ?? '') ? words.pop() : undefined
  const which = last?.kind === 'latest' && series !== undefined ? { ...last, series } : last
  const [flavour, ...rest] = words
  if (suite === undefined && which === undefined) throw refuse(`${words[0] ?? ''} is no suite (${SUITES.map(({ name }) => name).join(', ')}) and no kernel.`.trim())
  if (rest.length > 0 || (flavour !== undefined && !FLAVOUR.test(flavour))) throw refuse('This is no spec of a kernel.')
  if (suite === undefined && which?.kind === 'latest') throw refuse('latest-N needs a suite before it, such as trixie/latest-3.')
  const short = shortFlavour(flavour ?? '')
  const release = which?.kind === 'release' ? (parseRelease(which.release)?.flavour ?? '') : undefined
  if (release !== undefined && flavour !== undefined && shortFlavour(release) !== short) throw refuse('The release names another flavour.')
  const own = release === undefined ? undefined : architectureOfFlavour(release)?.name
  if (own !== undefined && colon !== undefined && own !== colon) throw refuse(`The release is one of ${own}.`)
  if (which?.kind === 'latest' && (which.count < 1 || which.count > MOST_LATEST)) throw refuse(`latest-N gives from 1 to ${MOST_LATEST} kernels.`)
  return {
    text,
    required: text === written,
    ...(suite !== undefined && { suite }),
    architecture: own ?? colon ?? architecture,
    flavour: release === undefined ? short : shortFlavour(release),
    which: which ?? { kind: 'default' },
  }
}

function parseWhich(word: string): Which | undefined {
  if (word === 'default') return { kind: 'default' }
  const [, count] = /^latest-(\d{1,4})$/.exec(word) ?? []
  if (count !== undefined) return { kind: 'latest', count: Number(count) }
  if (SERIES.test(word)) return { kind: 'series', series: word }
  if (VERSION.test(word)) return { kind: 'version', version: word.slice(1) }
  return parseRelease(word) === undefined ? undefined : { kind: 'release', release: word }
}

/** Specs separated by blanks, commas or line ends; `#` begins a remark. @throws UsageError */
export function parseSpecs(text: string, input: string, architecture: string): readonly Spec[] {
  const words = text.replace(/(?:^|\s)#.*$/gm, '').split(/[\s,]+/)
  return words.filter((word) => word !== '').map((word) => parseSpec(word, input, architecture))
}
