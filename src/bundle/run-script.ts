import { machineNamed } from '../architecture/table.js'
import type { MachineType } from '../model/scenario.js'
import { shellQuote } from '../text/shell.js'
import { FILES, type PortableArgs } from './qemu-args.js'

export interface RunScript extends PortableArgs {
  readonly machine: MachineType
  /** `uname -r` of the kernel. */
  readonly release: string
  /** Seconds after which a run is ended; not with --gdb. */
  readonly seconds: number
}

/** What `run --gdb` gets from the kernel itself, since Debian's packages hold no symbols: names of functions as gdb's variables. */
export function symbolsInit(machine: MachineType): string {
  const { port, ending } = machineNamed(machine).row
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
stty -F /dev/${port} raw -echo 115200
echo 0 > /proc/sys/kernel/kptr_restrict
sed -n 's/^\\(f[0-9a-f]*\\) T \\([A-Za-z_][A-Za-z0-9_]*\\)$/set $\\2 = 0x\\1/p; s/^\\(f[0-9a-f]*\\) t \\(load_module\\|do_init_module\\)$/set $\\2 = 0x\\1/p' /proc/kallsyms > /dev/${port}
${ending}
`
}

/**
 * The bundle’s `run`, for any POSIX shell. Records of the guest are those of src/guest/init-script.ts.
 * Exit status: 0 all went well, 1 a step failed, 3 the guest could not be run to its end, 2 wrong usage.
 */
export function runScript({ machine, args, append, release, seconds }: RunScript): string {
  const { qemu } = machineNamed(machine).architecture
  return `#!/bin/sh
# Boots Linux ${release.replace(/[^\w.+~-]/g, '?')} with the modules of this folder, as the gate did. See ${FILES.readme}.
set -eu
cd "$(dirname "$0")"

accel=tcg cpu=${qemu.cpu.tcg} gdb= seconds=${seconds}
usage() { echo "usage: ./run [--kvm] [--gdb] [--seconds N]"; }
while [ $# -gt 0 ]; do
  case $1 in
    --kvm) accel=kvm cpu=${qemu.cpu.kvm} ;;
    --gdb) gdb=yes ;;
    --seconds)
      shift
      case \${1:-x} in *[!0-9]*) usage >&2; exit 2 ;; esac
      seconds=$1 ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

if ! command -v ${qemu.program} > /dev/null; then
  echo "${qemu.program} is not installed. Debian, Ubuntu: apt-get install ${qemu.package}; ${qemu.elsewhere}." >&2
  exit 3
fi
if [ "$accel" = kvm ] && ! { [ -r /dev/kvm ] && [ -w /dev/kvm ]; }; then
  echo "/dev/kvm is not there or not yours to use; leave --kvm out." >&2
  exit 3
fi

append=${shellQuote(append)}
set -- -accel "$accel" -cpu "$cpu" -kernel ${FILES.kernel}
${chunks(args).map((line) => `set -- "$@" ${line}`).join('\n')}

if [ -n "$gdb" ]; then
  if [ ! -s ${FILES.kernelSymbols} ]; then
    echo "Asking the kernel for its symbols ..."
    cat ${FILES.symbols} ${FILES.initramfs} > symbols.initramfs
    timeout --foreground 120 ${qemu.program} "$@" -initrd symbols.initramfs -append "$append rdinit=/symbols" > /dev/null < /dev/null || true
    rm symbols.initramfs
    mv ${FILES.results} ${FILES.kernelSymbols}
  fi
  rm -f ${FILES.gdbSocket}
  echo "The guest waits for gdb. In another terminal: cd $(pwd) && gdb -x ${FILES.gdbScript}"
  exec ${qemu.program} "$@" -initrd ${FILES.initramfs} -append "$append" -S -chardev socket,id=gdb,path=${FILES.gdbSocket},server=on,wait=off -gdb chardev:gdb
fi

rm -f ${FILES.results}
timeout --foreground "$seconds" ${qemu.program} "$@" -initrd ${FILES.initramfs} -append "$append" < /dev/null || echo "QEMU ended with status $? (124: after $seconds seconds)."

echo
status=3
failed=
if [ -s ${FILES.results} ]; then
  while read -r _ word kind cycle name code outcome _ _ said; do
    case "$word $kind" in
      "end load" | "end unload")
        echo "$kind $name (cycle $cycle): $outcome $(printf %s "$said" | base64 -d 2> /dev/null | tr -d '\\033')"
        if [ "$outcome" != ok ]; then failed=yes; fi ;;
      "tested "*)
        # Here the words are: cycle, status, outcome.
        echo "test (cycle $kind): $name, status $cycle"
        if [ "$name" != ok ]; then failed=yes; fi ;;
      "done ") status=0 ;;
    esac
  done < ${FILES.results}
fi
if [ -n "$failed" ]; then status=1; fi
if [ "$status" = 3 ]; then echo "The guest did not come to its end; its last words are above."; fi
exit "$status"
`
}

/** Options with their values, one pair a line, for the shell. */
function chunks(args: readonly string[]): string[] {
  const lines: string[] = []
  for (const [at, arg] of args.entries()) {
    if (arg.startsWith('-') || at === 0) lines.push(shellQuote(arg))
    else lines.push(`${lines.pop() ?? ''} ${shellQuote(arg)}`)
  }
  return lines
}
