import { join } from 'node:path'

/** Which archives apt looks at when it is asked about kernels. */
export interface AptView {
  /** Name of private package lists; absent for the machine's own configuration. */
  readonly name?: string
  /** Further arguments of every call of apt-get and apt-cache. */
  readonly options: readonly string[]
}

/** The machine's own configuration. */
export const OWN_VIEW: AptView = { options: [] }

/** Files of one private view, all in a directory of their own. */
export interface ViewFiles {
  readonly dir: string
  /** apt.conf(5) that takes apt away from the machine's own sources, preferences, lists and caches. */
  readonly config: string
  /** sources.list(5) in deb822 style; apt knows the style by the suffix. */
  readonly sources: string
  /** An empty dpkg status, so that what is installed does not count as an offer. */
  readonly status: string
  readonly lists: string
  readonly state: string
  readonly cache: string
}

/** Where the view of that name keeps its files below `cacheDir`. */
export function viewFiles(cacheDir: string, name: string): ViewFiles {
  const dir = join(cacheDir, 'apt', name)
  const at = (file: string): string => join(dir, file)
  return { dir, config: at('apt.conf'), sources: at('kernel.sources'), status: at('status'), lists: at('lists'), state: at('state'), cache: at('cache') }
}

/** The view of that name; without a name the machine's own. Whether its files are there is not looked at. */
export function viewNamed(cacheDir: string, name: string | undefined): AptView {
  if (name === undefined) return OWN_VIEW
  // Read after the machine's own files (apt-get(8), --config-file), so proxies and certificates stay as the user set them.
  return { name, options: ['--config-file', viewFiles(cacheDir, name).config] }
}

/**
 * Content of a view's apt.conf. `architecture` is Debian's name of that whose packages it shows, which need not be the machine's; empty for source packages, which have none. `lists` is the directory of package lists: the view's own, or the machine's where it has them already.
 * The values are in quotes, which apt.conf(5) cannot escape: the caller sees to it that no path holds one.
 */
export function viewConfig(files: ViewFiles, architecture: string, lists = files.lists): string {
  const settings = {
    'Dir::Etc::sourcelist': files.sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State': files.state,
    'Dir::State::lists': lists,
    'Dir::State::status': files.status,
    'Dir::Cache': files.cache,
    // As root apt would drop to _apt, which may have no way into the cache directory.
    'APT::Sandbox::User': 'root',
    ...(architecture !== '' && { 'APT::Architecture': architecture, 'APT::Architectures': architecture }),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
  }
  return Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`).join('')
}
