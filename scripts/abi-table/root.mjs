// A bare Debian root of a suite, with its compiler, in which modules are built: the kernels' tools need the suite's own libraries.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must, run } from './process.mjs'

const SUPPORT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '__tests__', 'support')

/** The root's directory; made and filled at the first call, kept in the cache afterwards. */
export async function prepareRoot(cache, { suite, backports, packages, tools = [] }) {
  const dir = join(cache, 'roots', suite)
  if (!existsSync(dir)) {
    const tar = join(cache, `${suite}.tar`)
    mkdirSync(join(cache, 'roots'), { recursive: true })
    if (!existsSync(tar)) await must(['sh', join(SUPPORT, 'bare-root.sh'), suite, tar], { seconds: 900 })
    const part = `${dir}.part`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part)
    await must(['tar', '-C', part, '-xpf', tar, '--exclude=./dev/*'], { seconds: 300 })
    renameSync(part, dir)
  }
  const root = { dir, suite }
  const done = join(dir, 'var/lib/abi-table')
  const installed = existsSync(done) ? JSON.parse(readFileSync(done, 'utf8')) : []
  const wanted = [...packages, ...tools].filter((name) => !installed.includes(name))
  if (wanted.length === 0) return root
  if (backports) addBackports(dir, suite)
  await inRoot(root, '/', ['apt-get', 'update', '-q'], { seconds: 300 })
  await inRoot(root, '/', ['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...wanted], { seconds: 900 })
  writeFileSync(done, JSON.stringify([...installed, ...wanted]))
  return root
}

/** The suite's own line of sources.list once more, with `-backports` behind the suite. */
function addBackports(dir, suite) {
  const line = readFileSync(join(dir, 'etc/apt/sources.list'), 'utf8').split('\n').find((text) => text.split(' ').includes(suite))
  if (line === undefined) throw new Error(`no line for ${suite} in the root's sources.list`)
  writeFileSync(join(dir, 'etc/apt/sources.list.d/backports.list'), `${line.replace(` ${suite} `, ` ${suite}-backports `)}\n`)
}

/** `unshare` and the script that enters a root, for any program. @see __tests__/support/enter-root.sh */
function entering(root, cwd, argv) {
  return ['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child', 'sh', join(SUPPORT, 'enter-root.sh'), root.dir, '/dev/null', cwd, ...argv]
}

/** Standard output of a program that must succeed in the root. */
export function inRoot(root, cwd, argv, { seconds }) {
  return must(entering(root, cwd, argv), { seconds })
}

/** A program in the root that may fail. */
export function tryInRoot(root, cwd, argv, { seconds }) {
  return run(entering(root, cwd, argv), { seconds })
}
