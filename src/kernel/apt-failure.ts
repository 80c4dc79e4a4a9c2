import type { Exit } from '../host/host.js'
import type { Finding } from '../model/finding.js'
import { lastLines } from '../text/bounded.js'

interface Row {
  readonly id: string
  readonly pattern: RegExp
  /** `what` is the call in words, `match` what the pattern found. */
  readonly title: (what: string, match: RegExpExecArray) => string
  readonly remedy: string
}

/** How many lines of evidence a finding carries. */
const EVIDENCE_LINES = 15

/** Messages of apt and dpkg with LC_ALL=C. The first row that matches wins: a full disk makes hashes mismatch and locks fail, never the other way round. */
const ROWS: readonly Row[] = [
  {
    id: 'host.disk-full',
    // The last is tar's when a write ends early, which for a file only a full disk makes happen.
    pattern: /No space left on device|You don't have enough free space in ([^\s]+?)\.?(?:\s|$)|Wrote only \d+ of \d+ bytes/,
    title: (what, [, place]) => `${what}: no space left on the disk${place === undefined ? '' : ` (${place})`}`,
    remedy: 'Free some space, or point cache-dir and output-dir to a larger disk: a kernel takes about 1.5 GB.',
  },
  {
    id: 'host.apt-locked',
    pattern: /Could not get lock (\S+?)\.?(?:(?:\s+It is held by process (\d+)(?: \(([^)\n]*)\))?)|\s)|Unable to (?:acquire the dpkg frontend lock|lock (?:directory|the administration directory))|frontend lock was locked by another process/,
    title: (what, [, lock, pid, name]) => `${what}: ${lock ?? "apt's lock"} is held by ${pid === undefined ? 'another process' : `process ${pid}${name === undefined ? '' : ` (${name})`}`}`,
    remedy: 'Wait until the other package manager has finished, then run again.',
  },
  {
    id: 'host.no-root',
    pattern: /Could not open lock file \S+ - open \(13: Permission denied\)|are you root\?|requested operation requires superuser privilege|sudo: (?:a password is required|a terminal is required)/,
    title: (what) => `${what} needs root, or sudo without a password`,
    remedy: 'Run the gate as root, allow sudo without a password, or prepare the machine and use install: false.',
  },
  {
    id: 'host.apt-interrupted',
    pattern: /dpkg was interrupted, you must manually run 'dpkg --configure -a'/,
    title: (what) => `${what}: an earlier installation on this machine was interrupted`,
    remedy: 'Run dpkg --configure -a, then run again.',
  },
  {
    id: 'host.apt-expired',
    pattern: /Release file for (\S+) is (?:expired|not valid yet) \((?:in)?valid (?:since|for another) ([^)]+)\)/,
    title: (what, [, url, since]) => `${what}: the archive's Release file ${url ?? ''} is past its date or this machine's clock is wrong (${since ?? ''})`,
    remedy: 'Check the clock. If the archive really is that old and you accept it, set Acquire::Check-Valid-Until "false" in apt.conf: apt then cannot notice a mirror that was frozen on purpose.',
  },
  {
    id: 'host.apt-untrusted',
    pattern: /NO_PUBKEY|is not signed|signatures were invalid|signatures couldn't be verified|EXPKEYSIG|certificate verification failed|The certificate is NOT trusted/,
    title: (what) => `${what}: apt does not trust the archive's signature`,
    remedy: 'Install the keyring package of the distribution (debian-archive-keyring), and ca-certificates where the mirror speaks https.',
  },
  {
    id: 'host.no-network',
    pattern: /Temporary failure resolving '([^']+)'|Could not resolve (?:host:? )?'([^']+)'|Could not connect to (\S+)|Cannot initiate the connection to (\S+)|Unable to connect to (\S+?):?\s|Connection timed out|Connection failed|Connection refused|Network is unreachable|No route to host|Name or service not known/,
    title: (what, match) => `${what}: no network (${match.slice(1).find(Boolean) ?? 'the archive'} cannot be reached)`,
    remedy: "Check the network and apt's proxy (Acquire::http::Proxy), or prepare the machine beforehand and use install: false.",
  },
  {
    id: 'host.apt-hash-mismatch',
    pattern: /Hash Sum mismatch|File has unexpected size|Hashes of expected file/,
    title: (what) => `${what}: a file from the archive is not the one that its index promises`,
    remedy: 'The mirror is in the middle of an update, or a proxy changed the file: run again in a few minutes.',
  },
  {
    id: 'host.apt-stale',
    pattern: /\b404\s+Not Found|Unable to fetch some archives/,
    title: (what) => `${what}: the archive no longer has a file that the package lists name`,
    remedy: 'Run apt-get update and try again; a superseded kernel may have left the archive.',
  },
  {
    id: 'host.apt-no-release-file',
    pattern: /The repository '([^']+)' (?:does not have|no longer has) a Release file/,
    title: (what, [, repository]) => `${what}: there is no repository at ${repository ?? 'an address in the sources'}`,
    remedy: "Correct apt's sources: the suite may have moved to the archive of old releases.",
  },
  {
    id: 'host.apt-unknown-package',
    pattern: /Unable to locate package (\S+)|Version '([^']+)' for '([^']+)' was not found|Package '?([^\s']+)'? has no installation candidate|Can't find a source to download version '([^']+)' of '([^']+)'/,
    title: (what, [, unknown, version, of, without, gone, goneOf]) => `${what}: apt does not know ${unknown ?? without ?? `${of ?? goneOf ?? 'a package'} at version ${version ?? gone ?? ''}`}`,
    remedy: 'Run apt-get update, and check that all of the suite’s archives (security, updates) are in the sources.',
  },
  {
    id: 'host.apt-conflict',
    pattern: /have unmet dependencies|held broken packages|Unable to correct problems/,
    title: (what) => `${what}: the packages do not fit those that are installed`,
    remedy: 'Use a clean container of the suite, or resolve what apt names below.',
  },
]

/**
 * Says why apt-get, apt-cache or dpkg failed (any of their calls; `what` is the call in words: `apt-get update`).
 * Stage `install`, severity `error`: the module is not at fault.
 */
export function aptFailure(exit: Exit, what: string): Finding {
  const text = `${exit.stderr}\n${exit.stdout}`
  const detail = evidence(exit)
  const common = { stage: 'install', severity: 'error', ...(detail !== '' && { detail }) } as const
  for (const { id, pattern, title, remedy } of ROWS) {
    const match = pattern.exec(text)
    if (match !== null) return { id, ...common, title: title(what, match), remedy }
  }
  if (exit.timedOut) {
    return { id: 'host.apt-timeout', ...common, title: `${what} did not end within ${Math.round(exit.seconds)} s`, remedy: 'The mirror is slow or hangs: run again, or use another one.' }
  }
  return { id: 'host.apt-failed', ...common, title: `${what} failed with status ${exit.status}`, remedy: 'What apt said is below.' }
}

/** apt's own errors and warnings, else the last lines of anything. */
function evidence(exit: Exit): string {
  const lines = `${exit.stdout}\n${exit.stderr}`.split('\n').filter((line) => line.trim() !== '')
  const said = lines.filter((line) => /^(?:E|W|Err|dpkg|N|tar|sudo|apt)\b.*:/.test(line))
  return lastLines((said.length > 0 ? said : lines).join('\n'), EVIDENCE_LINES)
}
