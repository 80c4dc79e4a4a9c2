// One package: built by dkms, then checked by the gate.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, tryInRoot } from '../abi-table/root.mjs'
import { GATE, NODE } from './ground.mjs'

/** Seconds; the largest of them on two slow cores. */
const DEADLINE = 1800

/** Unpacked and not installed: their scripts would build them. */
const FETCH = `mkdir -p /var/tmp/p && cd /var/tmp/p
if [ ! -e names ]; then apt-cache pkgnames > names; fi
for name in "$@"; do
  if [ -e "$name" ] || ! grep -qx "$name-dkms" names; then continue; fi
  apt-get download -qq "$name-dkms" > /dev/null 2>&1
  dpkg-deb -x "$name-dkms"_*.deb x
  (cd x && ls -d usr/src/*) | sed 's,^,/,' > "$name"
  cp -a x/usr/src/. /usr/src/
  rm -rf x *.deb
done`

/** Those of the packages that the suite has, each with the directory of its sources. */
export async function sourcesOf({ root }, names) {
  await inRoot(root, '/', ['sh', '-ec', FETCH, 'fetch', ...names], { seconds: 600 })
  return names.flatMap((name) => {
    const list = join(root.dir, 'var/tmp/p', name)
    return existsSync(list) ? [{ name, dir: readFileSync(list, 'utf8').trim().split('\n')[0] }] : []
  })
}

/** `{ status, version, why }`: how `dkms build` ended, and its last words or those of its make.log. */
export async function buildByDkms({ root, release }, dir) {
  const named = await inRoot(root, dir, ['bash', '-c', 'kernelver=$1; . ./dkms.conf > /dev/null 2>&1; echo "$PACKAGE_NAME $PACKAGE_VERSION"', 'name', release], { seconds: 60 })
  const [name, version] = named.trim().split(' ')
  await tryInRoot(root, '/', ['dkms', 'remove', `${name}/${version}`, '--all'], { seconds: 120 })
  const { status, stdout, stderr } = await tryInRoot(root, '/', ['dkms', 'build', '-m', name, '-v', version, '-k', release], { seconds: DEADLINE })
  const log = join(root.dir, 'var/lib/dkms', name, version, 'build/make.log')
  const said = status === 0 ? '' : `${existsSync(log) ? readFileSync(log, 'utf8') : ''}\n${stdout}${stderr}`
  return { status, version, why: said.split('\n').find((line) => /\berror:|Error! |BUILD_EXCLUSIVE|undefined!/i.test(line))?.trim() ?? '' }
}

/** The gate's report on the same directory; every module is loaded and unloaded once. */
export async function checkByGate({ root, release }, name, dir) {
  const out = `/var/tmp/out/${name}`
  const ended = await tryInRoot(root, dir, [NODE, `${GATE}/dist/cli/index.js`, 'check', dir, '--kernel', release, '--boot', 'tcg', '--boot-timeout', '400', '--reloads', '1', '--bundle', 'never', '--output-dir', out, '--cache-dir', '/var/cache/kmod-gate'], { seconds: DEADLINE })
  const file = join(root.dir, out, 'report.json')
  if (!existsSync(file)) return { status: ended.status, verdict: 'none', stages: [], findings: [], steps: [], seconds: ended.seconds ?? 0, said: ended.stderr.slice(-2000) }
  const { verdict, stages, findings, modules, guest, seconds } = JSON.parse(readFileSync(file, 'utf8'))
  return { status: ended.status, verdict, stages, findings: findings.filter(({ severity }) => severity !== 'note'), modules: modules.map((module) => module.name), steps: (guest?.steps ?? []).filter(({ own }) => own), seconds }
}
