import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../host/exists.js'
import type { Host } from '../host/host.js'
import { LOCK, MARKER, SHARED, TREE } from './places.js'

const DEADLINE = 300

/**
 * Files that are written where they lie: what a configuration is written to, the compiled programs and what is beside them, and the files at the top.
 * A POSIX extended regular expression over whole paths.
 */
const OWN = `/work/[^/]*/${TREE}/([^/]*$|scripts/|tools/|include/config/|.*/generated/)`

/**
 * Has equal files of all trees be one, and marks them again, since a link changes the ctime of its file. Trees in which something was touched are left out: they
 * are laid out anew anyway. Run in the directory of all places, where nobody else is; ended in between, it leaves trees without a mark that is good.
 */
const SCRIPT = `for place in */; do
  [ -e "\${place}${MARKER}" ] || continue
  touched=$(find "\${place}${TREE}" -cnewer "\${place}${MARKER}" -print -quit) && [ -z "$touched" ] && set -- "$@" "$PWD/\${place}${TREE}"
done
[ $# -gt 1 ] || exit 0
hardlink --quiet --ignore-time --exclude '${OWN}' -- "$@"
status=$?
for tree; do touch "\${tree%${TREE}}${MARKER}" "\${tree%${TREE}}${SHARED}"; done
exit $status`

/**
 * Has the trees of several kernels share what is equal in them (hardlink(1) of util-linux; Debian 11 has none): of two versions of a series 96 % of the
 * headers. Of use once for each tree, and left to a later run while another one has any of them.
 */
export async function shareFiles(host: Host, work: string, place: string): Promise<void> {
  if (await exists(join(place, SHARED))) return
  const places = await readdir(work)
  const marked = await Promise.all(places.map((name) => exists(join(work, name, MARKER))))
  if (marked.filter(Boolean).length < 2 || (await host.which('hardlink')) === undefined) return
  const { status, stderr } = await host.run({ program: 'flock', args: ['--exclusive', '--nonblock', join(work, LOCK), 'nice', '-n', '19', 'sh', '-c', SCRIPT], cwd: work, seconds: DEADLINE })
  if (status !== 0 && stderr !== '') host.log.detail(`trees do not share their files: ${stderr.trim()}`)
}
