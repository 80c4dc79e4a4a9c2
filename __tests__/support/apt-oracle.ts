import { mustInRoot } from './in-root.js'

/** What apt itself says in a root, to hold the gate's answers against. Its lists must be there already. */

const lines = async (root: string, argv: readonly string[]): Promise<string[]> => (await mustInRoot(root, argv, { timeout: 60 })).stdout.split('\n').filter((line) => line !== '')

/** Release of the kernel that linux-image-FLAVOUR depends on. */
export async function defaultRelease(root: string, flavour: string): Promise<string> {
  const depends = await lines(root, ['apt-cache', 'depends', '--no-recommends', `linux-image-${flavour}`])
  const release = depends.map((line) => /Depends: linux-image-(\d\S*)$/.exec(line)?.[1]).find((found) => found !== undefined)
  if (release === undefined) throw new Error(`linux-image-${flavour} depends on no image: ${depends.join('\n')}`)
  return release
}

async function versionsOf(root: string, name: string): Promise<string[]> {
  return (await lines(root, ['apt-cache', 'madison', name])).map((line) => line.split('|')[1]?.trim() ?? '')
}

/** Releases of a flavour that have image, headers and source at one version. */
export async function completeReleases(root: string, series: string, flavour: string): Promise<string[]> {
  const names = await lines(root, ['apt-cache', 'pkgnames', `linux-headers-${series}.`])
  const releases = names.map((name) => name.slice('linux-headers-'.length)).filter((release) => new RegExp(`^[\\d.]+(-\\d+|\\+deb\\d+)-${flavour}$`).test(release))
  const sources = new Set(await versionsOf(root, `linux-source-${series}`))
  const complete: string[] = []
  for (const release of releases) {
    const images = new Set(await versionsOf(root, `linux-image-${release}`))
    if ((await versionsOf(root, `linux-headers-${release}`)).some((version) => sources.has(version) && images.has(version))) complete.push(release)
  }
  return complete
}
