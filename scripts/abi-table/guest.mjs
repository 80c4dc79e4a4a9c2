// One boot: the kernel, busybox, the modules, and an init that loads and unloads them whatever happens. Under TCG, so that it runs anywhere.
import { Buffer } from 'node:buffer'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpioNewc } from './gate-parts.mjs'
import { run } from './process.mjs'

/** Seconds from QEMU's start to its end; a guest takes about three on an idle machine. */
const DEADLINE = 180
/** Seconds for one insmod or rmmod in the guest. */
const STEP = 20
const BASELINE = 'abi-table: baseline'

/** What init does; results go to the second serial port, a line a step: `load NAME STATUS MESSAGE`. */
function initScript(dependencies, modules) {
  const load = ({ name }) => `step load ${name} insmod /modules/${name}.ko\nseen ${name}`
  const unload = ({ name }) => `step unload ${name} rmmod ${name}`
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
stty -F /dev/ttyS1 raw -echo 115200
exec 3>/dev/ttyS1
echo "up $(uname -r)" >&3
dmesg -n 8
echo '<5>${BASELINE}' > /dev/kmsg
# A step that never returns must not keep init.
step() {
  kind=$1 module=$2; shift 2
  rm -f /status
  { "$@" > /said 2>&1; echo $? > /status; } 3>&- &
  i=0
  while [ ! -s /status ] && [ $i -lt ${STEP * 20} ] && kill -0 $! 2>/dev/null; do usleep 50000; i=$((i + 1)); done
  if [ ! -s /status ] && kill -0 $! 2>/dev/null; then status=hung; else status=$(cat /status 2>/dev/null || echo killed); fi
  echo "$kind $module $status $(tr '\\n' ' ' < /said)" >&3
}
seen() { grep -q "^$1 .* Live " /proc/modules && echo "live $1" >&3; }
${[...dependencies, ...modules].map(load).join('\n')}
${[...modules].reverse().map(unload).join('\n')}
echo "left $(cut -d' ' -f1 /proc/modules | tr '\\n' ' ')" >&3
echo "taint $(cat /proc/sys/kernel/tainted)" >&3
sleep 0.2
echo done >&3
poweroff -f
sleep 5
`
}

const PARAMETERS = ['console=ttyS0', 'quiet', 'panic=-1', 'nokaslr', 'rdinit=/init', 'tsc=reliable', 'i8042.noaux', 'watchdog_thresh=5', 'random.trust_cpu=on']

/**
 * `{ release, steps: [{ kind, module, status, message }], live, left, taint, done, log }`: what init said, and the kernel's log from the
 * moment when init was up. `modules` and `dependencies`: `{ name, data }` in the order of loading.
 */
export async function bootOnce(vmlinux, dependencies, modules) {
  const dir = mkdtempSync(join(tmpdir(), 'abi-table-boot-'))
  try {
    writeFileSync(join(dir, 'initramfs'), cpioNewc([
      ...['bin', 'dev', 'proc', 'sys', 'modules'].map((path) => ({ kind: 'dir', path })),
      { kind: 'char', path: 'dev/console', major: 5, minor: 1 },
      { kind: 'char', path: 'dev/null', major: 1, minor: 3 },
      { kind: 'file', path: 'bin/busybox', data: readFileSync('/bin/busybox'), executable: true },
      { kind: 'file', path: 'init', data: Buffer.from(initScript(dependencies, modules)), executable: true },
      ...[...dependencies, ...modules].map(({ name, data }) => ({ kind: 'file', path: `modules/${name}.ko`, data })),
    ]))
    const files = { console: join(dir, 'console'), results: join(dir, 'results') }
    await run([
      'qemu-system-x86_64', '-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none',
      '-machine', 'q35', '-accel', 'tcg', '-cpu', 'max,la57=off', '-m', '512', '-smp', '1',
      '-kernel', vmlinux, '-initrd', join(dir, 'initramfs'), '-append', PARAMETERS.join(' '),
      '-serial', `file:${files.console}`, '-serial', `file:${files.results}`,
    ], { seconds: DEADLINE })
    return read(readFileSync(files.results, 'utf8'), readFileSync(files.console, 'latin1'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function read(results, console) {
  const lines = results.split('\n').map((line) => line.trim())
  // A line without a value has lost its space.
  const rest = (word) => lines.find((line) => line.split(' ')[0] === word)?.slice(word.length + 1)
  const baseline = console.indexOf(BASELINE)
  return {
    release: rest('up'),
    steps: lines.flatMap((line) => {
      const [, kind, module, status, message] = /^(load|unload) (\S+) (\S+) ?(.*)$/.exec(line) ?? []
      return kind === undefined ? [] : [{ kind, module, status, message }]
    }),
    live: lines.flatMap((line) => /^live (.*)$/.exec(line)?.[1] ?? []),
    left: rest('left')?.split(' ').filter(Boolean),
    taint: Number(rest('taint') ?? NaN),
    done: lines.includes('done'),
    log: baseline < 0 ? '' : console.slice(console.indexOf('\n', baseline) + 1).replaceAll('\r', ''),
  }
}
