// One run of the gate's committed dist in the bare root of a suite, as a user of that suite's container would make it.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { must, run } from '../abi-table/process.mjs'

/** Seconds that one run may take, with everything downloaded and installed, on a busy machine. */
const RUN_DEADLINE = 3600
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The suite's root, with nothing in it but essential packages at first; all runs of a suite share it, and with it what the gate installs. */
export async function bareRoot(cache, project, suite) {
  const dir = join(cache, 'table', suite)
  if (existsSync(dir)) return dir
  const tar = join(cache, `${suite}.tar`)
  mkdirSync(join(cache, 'table'), { recursive: true })
  if (!existsSync(tar)) await must(['sh', join(project, '__tests__/support/bare-root.sh'), suite, tar], { seconds: 1200 })
  rmSync(`${dir}.part`, { recursive: true, force: true })
  mkdirSync(`${dir}.part`)
  await must(['tar', '-C', `${dir}.part`, '-xpf', tar, '--exclude=./dev/*'], { seconds: 300 })
  cpSync(join(project, 'examples/hello'), join(`${dir}.part`, 'srv/hello'), { recursive: true })
  renameSync(`${dir}.part`, dir)
  return dir
}

/** Report and console of one run; the report is undefined where the gate refused to begin, and then `said` has its words. */
export async function runGate(root, project, { spec, module }) {
  const out = join(root, 'srv/out')
  rmSync(out, { recursive: true, force: true })
  const binds = [
    [project, '/opt/kmod-gate'],
    [join(project, 'node_modules/node/bin/node'), '/opt/node'],
  ]
  const program = ['env', '-i', `PATH=${PATH}`, 'HOME=/root', 'LANG=C.UTF-8', '/opt/node', '/opt/kmod-gate/dist/cli/index.js', 'check', ...module.args, '--kernel', spec, '--boot', 'tcg', '--boot-timeout', '600', '--output-dir', '/srv/out']
  const enter = ['unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child', 'sh', join(project, '__tests__/support/enter-root.sh'), root, '/dev/null', '/srv', ...program]
  const ended = await run(enter, { seconds: RUN_DEADLINE, env: { BINDS: binds.map((pair) => `${pair.join('\t')}\n`).join('') } })
  const read = (name) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : undefined)
  const report = read('report.json')
  return { said: `${ended.stdout}${ended.stderr}`.trim(), console: read('console.log'), report: report === undefined ? undefined : JSON.parse(report) }
}
