import type { Host } from '../host/host.js'
import { OWN_VIEW, type AptView } from '../suites/apt-view.js'

/** One version of one package, from apt's lists or from dpkg's status. */
export interface Stanza {
  readonly name: string
  readonly version: string
  readonly depends: string
  /** Bytes; 0 when it cannot be downloaded. */
  readonly size: number
  readonly sha256: string
  /** Path on the mirror; absent when only dpkg knows this version. */
  readonly filename?: string
  readonly installed: boolean
}

/** Reads deb822 stanzas as `apt-cache show` prints them (deb822(5)); unknown fields are passed over. */
export function parseStanzas(text: string): Stanza[] {
  return text
    .split(/\n\n+/)
    .map(fields)
    .flatMap((field) => {
      const [name, version] = [field.get('package'), field.get('version')]
      if (name === undefined || version === undefined) return []
      const filename = field.get('filename')
      return [
        {
          name,
          version,
          depends: field.get('depends') ?? '',
          size: Number(field.get('size') ?? 0),
          sha256: field.get('sha256') ?? '',
          installed: field.get('status')?.endsWith(' installed') ?? false,
          ...(filename !== undefined && { filename }),
        },
      ]
    })
}

function fields(stanza: string): Map<string, string> {
  const found = new Map<string, string>()
  let last = ''
  for (const line of stanza.split('\n')) {
    if (/^[ \t]/.test(line)) {
      found.set(last, `${found.get(last) ?? ''}\n${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    last = line.slice(0, colon).toLowerCase()
    found.set(last, line.slice(colon + 1).trim())
  }
  return found
}

const DEADLINE = 60

/** Packages that make up kernels: everything else that begins with linux- (perf, libc headers, documentation) is left out. */
const OF_KERNELS = /^linux-(?:image|binary|modules|base|headers|source)-/

/** Every version of every kernel package that `view` shows; the machine's own includes what dpkg has installed. */
export async function kernelStanzas(host: Host, view: AptView = OWN_VIEW): Promise<Stanza[]> {
  const names = await host.run({ program: 'apt-cache', args: ['pkgnames', ...view.options, 'linux-'], seconds: DEADLINE })
  const wanted = names.stdout.split('\n').filter((name) => OF_KERNELS.test(name) && !name.endsWith('-dbg')).sort()
  if (wanted.length === 0) return []
  const shown = await host.run({ program: 'apt-cache', args: ['show', ...view.options, '--', ...wanted], seconds: DEADLINE })
  return parseStanzas(shown.stdout)
}
