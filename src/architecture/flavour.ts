import { architectureNamed, architectureOfFlavour } from './table.js'

/** The flavour without its architecture, as specs have it: `''` for `amd64`, `cloud` for `cloud-amd64`, `16k` for `arm64-16k`. */
export function shortFlavour(flavour: string): string {
  const name = architectureOfFlavour(flavour)?.name
  return flavour.split('-').filter((word) => word !== name).join('-')
}

/** The flavour as releases of that architecture spell it: `cloud` is `cloud-amd64`, `16k` is `arm64-16k`, none is `amd64`. */
export function longFlavour(flavour: string | undefined, architecture: string): string {
  if (flavour === undefined || flavour === '') return architecture
  if (flavour.split('-').includes(architecture)) return flavour
  return architectureNamed(architecture)?.suffixes.includes(flavour) === true ? `${architecture}-${flavour}` : `${flavour}-${architecture}`
}
