import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { clearInterval, setInterval } from 'node:timers'

const SAMPLE_EVERY = 200 // ms
const TAIL = 4000 // characters

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process ended between listing and reading
  }
}

/** Resident memory (MiB) of a process and all its descendants now; pages that they share count once for each. */
function treeMiB(top) {
  const children = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    // proc_pid_stat(5): the parent is the second field after the name, which is in parentheses and may hold anything
    const parent = read(`/proc/${pid}/stat`).split(')').pop().trim().split(' ')[1]
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const sum = (pid) => {
    const kib = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))
    return (kib === null ? 0 : Number(kib[1]) / 1024) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0)
  }
  return sum(String(top))
}

/** Runs a program with a deadline and samples what it and its children keep in memory; `marks` are the times that bench/recipe.sh prints. */
export async function measure(argv, { seconds }) {
  const started = process.hrtime.bigint()
  const child = spawn(argv[0], argv.slice(1), {
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  })
  let tail = ''
  let marks = ''
  let peak = 0
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => {
    tail = (tail + chunk).slice(-TAIL)
    marks += String(chunk).split('\n').filter((line) => /^recipe: \d/.test(line)).map((line) => `${line}\n`).join('')
  })
  const sampler = setInterval(() => (peak = Math.max(peak, treeMiB(child.pid))), SAMPLE_EVERY)
  try {
    const status = await new Promise((done, failed) => {
      child.on('error', failed)
      child.on('close', (code) => done(code ?? -1))
    })
    return { status, seconds: Number(process.hrtime.bigint() - started) / 1e9, peakMiB: peak, tail, marks }
  } finally {
    clearInterval(sampler)
  }
}
