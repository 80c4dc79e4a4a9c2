/** A directory of this run, and the path that the debug information and the messages of a module have for it. */
export interface Place {
  readonly dir: string
  readonly name: string
}

/** The kernel tree, named as Debian's headers are. */
export function treePlace(dir: string, release: string): Place {
  return { dir, name: `/usr/src/linux-headers-${release}` }
}

/** The copy of the module's repository; named as dkms would have it where a package is known. */
export function modulePlace(dir: string, name = 'module'): Place {
  return { dir, name: `/usr/src/${name}` }
}

const VARIABLE = 'KCPPFLAGS'

/**
 * Lets the compiler write the names in place of the directories (GCC manual, "Overall Options", -ffile-prefix-map), so that the same sources give the
 * same bytes wherever a run has its directories. kbuild hands KCPPFLAGS to compiler and assembler (Documentation/kbuild/kbuild.rst).
 */
export function placesEnvironment(places: readonly Place[]): Readonly<Record<string, string>> {
  return { [VARIABLE]: flags(places) }
}

/** The user's own arguments of make; those that would take the place of the environment's variable are made to add to it. */
export function withPlaces(makeArgs: readonly string[], places: readonly Place[]): string[] {
  return makeArgs.map((word) => (word.startsWith(`${VARIABLE}=`) ? `${word} ${flags(places)}` : word))
}

function flags(places: readonly Place[]): string {
  return places.map(({ dir, name }) => `-ffile-prefix-map=${dir}=${name}`).join(' ')
}

/** Where a file of that name is in this run; the path itself when it is of none of the places. */
export function realPath(path: string, places: readonly Place[]): string {
  const place = places.find(({ name }) => path.startsWith(`${name}/`))
  return place === undefined ? path : place.dir + path.slice(place.name.length)
}
