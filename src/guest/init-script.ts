import { machineNamed } from '../architecture/table.js'
import { shellQuote } from '../text/shell.js'
import type { MachineType } from '../model/scenario.js'
import { KERNEL_ASKS_PATH } from './kernel-asks.js'
import type { GuestAction } from './scenario.js'
import { AREA, PAGE } from './shared-memory.js'

/** Line of the kernel log after which everything counts. A log without it was flooded or cleared; the console then has to serve. */
export const BASELINE = 'kmod-gate: baseline'

/** Bytes of each output stream of a test that come back. */
export const OUTPUT_LIMIT = 256 << 10
/** MD5 of nothing. */
const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e'
/** Directory of the guest in which the test runs and to which relative paths of its files refer. */
export const TEST_DIR = '/test'
/** Where the test itself lies. */
export const TEST_FILE = '/kmod-gate/test'
/** Functions for the test's shell that call kmod: busybox's own applets would else come before what lies in PATH. */
export const KMOD_FUNCTIONS = '/kmod-gate/kmod.sh'
/** What a guest that waited goes on with. */
export const SCENARIO_FILE = '/kmod-gate/scenario'
/** Leftover entries that come back; more of them say no more. */
const LEFTOVERS = 200
/** What init calls: a busybox that was built without one of them would make a check come out empty, as if there were nothing to find. */
const APPLETS = ['awk', 'cat', 'cut', 'dmesg', 'grep', 'head', 'insmod', 'ip', 'md5sum', 'mkfifo', 'poweroff', 'ps', 'reboot', 'rm', 'rmmod', 'sed', 'sleep', 'stat', 'stty', 'sync', 'tr', 'uname', 'usleep']

/**
 * The guest's /init for busybox ash. It writes records to the second serial port, one a line:
 *
 *     NONCE lacks NAME...                                     busybox has not all that init calls: nothing is done
 *     NONCE up RELEASE
 *     NONCE waiting                                           for the line PAGES MD5 on the same port
 *     NONCE cannot                                            be given anything through memory
 *     NONCE taken                                             what was given, undamaged
 *     NONCE begin load|unload|test CYCLE NAME DEADLINE        cycle 0 comes before the baseline; the name of a test is `test`
 *     NONCE end load|unload CYCLE NAME STATUS|- OUTCOME CENTISECONDS REFERENCES|- MESSAGE(base64)
 *     NONCE said CYCLE out|err BASE64                         pieces of what the test wrote, in order
 *     NONCE tested CYCLE STATUS|- ok|failed|hung CENTISECONDS OUTBYTES ERRBYTES OUTMD5 ERRMD5   bytes written; sums of what was sent
 *     NONCE taint before|after NUMBER
 *     NONCE bound CYCLE BASE64                                lines of `module driver-link device`
 *     NONCE left BASE64                                       pieces of the list of leftovers, in order
 *     NONCE leftend MD5                                       of the list, which is whole
 *     NONCE log BASE64                                        pieces of the kernel log since BASELINE, in order
 *     NONCE logend MD5|-                                      of the log, or that the log no longer holds the baseline
 *     NONCE done
 *
 * The nonce comes from a file that is gone before the first module is loaded: what a module prints cannot be taken for a record.
 * Without actions it boots, and waits until a cpio archive lies in AREA (shared-memory.ts), in which is the script of scenarioScript().
 */
export function initScript(machine: MachineType, actions?: readonly GuestAction[]): string {
  const { port, ending } = machineNamed(machine).row
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
# The kernel's own ciphers came up without their self-tests; a module's are tested.
tests=/sys/module/cryptomgr/parameters/notests
[ ! -e $tests ] || echo N > $tests
read -r nonce < /nonce
rm /nonce
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
g=/kmod-gate
stty -F /dev/${port} raw -echo 115200
exec 3>/dev/${port}
say() { echo "$nonce $*" >&3; }
# Debian 11's busybox has no base64, and writes the same as uuencode -m between a first and a last line of its own.
if [ ! -e /bin/base64 ] && [ -e /bin/uuencode ]; then
  base64() { uuencode -m - | sed '1d;$d' | if [ "$2" = 0 ]; then tr -d '\\n'; else cat; fi; }
fi
lacks=
for applet in ${APPLETS.join(' ')}; do [ -e /bin/$applet ] || lacks="$lacks $applet"; done
[ -e /bin/base64 ] || [ -e /bin/uuencode ] || lacks="$lacks base64"
# Centiseconds since boot in $clock, without starting a process; the 1 keeps 09 from being read as octal.
tick() { read -r uptime rest < /proc/uptime; clock=$(( \${uptime%.*} * 100 + 1\${uptime#*.} - 100 )); }
# Closing the port waits until all of it has been sent.
power_off() { exec 3>&-; sync; ${ending}; }
[ -z "$lacks" ] || { say lacks$lacks; power_off; }
# What it reads comes back as records of one kind.
send() { base64 -w 512 | sed "s/^/$nonce $* /" >&3; }
send_file() { file=$1; shift; [ ! -s "$file" ] || send "$@" < "$file"; }
give_log() {
  if ! dmesg -r | awk 'seen; /${BASELINE}/ { seen = 1 } END { exit !seen }' > $g/since; then say logend -; return; fi
  send_file $g/since log
  sum_of $g/since
  say logend "$sum"
}
# A process costs more than all that these do, so the shell does itself what it can; answers are left in $sum, $size and $said.
sum_of() { if [ -s "$1" ]; then sum=$(md5sum < "$1"); sum=\${sum%% *}; else sum=${EMPTY}; fi; }
size_of() { if [ -s "$1" ]; then size=$(stat -c %s "$1"); else size=0; fi; }
what_it_said() { if [ -s $g/said ]; then said=$(base64 -w 0 < $g/said); else said=; fi; }
# Not with read, which takes a byte at a time: a sysctl gives its value to the first read only.
give_taint() { say taint "$1" "$(cat /proc/sys/kernel/tainted)"; }
finish() { give_taint after; give_log; say done; power_off; }
# What never returns must not keep init: it runs beside it, and says through a pipe that it is done. What the kernel killed says nothing.
beside() { # seconds command
  limit=$1; shift
  tick; deadline=$((clock + limit * 100)) status=
  { "$@" 4>&-; echo $? >&4; } 3>&- &
  until read -r -t 1 status <&4; do
    # The shell only learns of a child's death when it waits for another.
    usleep 1
    # What it said at the last moment is in the pipe.
    kill -0 $! 2>/dev/null || { read -r -t 1 status <&4; break; }
    tick
    [ "$clock" -lt $deadline ] || break
  done
}
step() {
  kind=$1 cycle=$2 name=$3 limit=$4; shift 4
  say begin "$kind" "$cycle" "$name" "$limit"
  [ "$cycle" = 0 ] || echo "<6>kmod-gate: $kind $name, cycle $cycle" > /dev/kmsg
  tick; began=$clock
  beside "$limit" "$@" > $g/said 2>&1
  tick; took=$((clock - began))
  if [ -z "$status" ] && kill -0 $! 2>/dev/null; then
    # Tell where tasks are blocked and what the other processors run.
    echo w > /proc/sysrq-trigger
    echo l > /proc/sysrq-trigger
    if [ "$kind" = test ]; then tested - hung
    else what_it_said; say end "$kind" "$cycle" "$name" - hung "$took" - "$said"; fi
    finish
  fi
  status=\${status:-137}
}
load() { # own cycle name seconds parameters
  step load "$2" "$3" "$4" insmod "/modules/$3.ko" \${5:+"$5"}
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$3 .* Live " /proc/modules; then outcome=ok
  else outcome=not-listed; fi
  what_it_said
  say end load "$2" "$3" "$status" "$outcome" "$took" - "$said"
  if [ "$outcome" != ok ]; then stop=1
  elif [ "$1" = 1 ]; then loaded="$loaded $3 "; fi
}
unload() { # cycle name seconds
  case $loaded in *" $2 "*) ;; *) return ;; esac
  references=-
  # The test may have unloaded it; then there is nothing to do.
  if [ ! -d "/sys/module/$2" ] && ! grep -q "^$2 " /proc/modules; then
    say end unload "$1" "$2" 0 ok 0 - "$(echo 'unloaded by the test' | base64)"
    loaded=\${loaded%%" $2 "*}\${loaded#*" $2 "}
    return
  fi
  read -r references < "/sys/module/$2/refcnt"
  step unload "$1" "$2" "$3" rmmod "$2"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$2 " /proc/modules; then outcome=still-listed
  else outcome=ok; fi
  what_it_said
  say end unload "$1" "$2" "$status" "$outcome" "$took" "\${references:--}" "$said"
  # It is tried once: a module that cannot go does not go later.
  loaded=\${loaded%%" $2 "*}\${loaded#*" $2 "}
  [ "$outcome" = ok ] || stop=1 stuck=1
}
bound() { # cycle seconds modules
  cycle=$1 tries=$(($2 * 10)); shift 2
  while
    for module; do for driver in "/sys/module/$module/drivers"/*; do for device in "$driver"/*; do
      if [ -L "$device" ] && [ "\${device##*/}" != module ]; then echo "$module	\${driver##*/}	\${device##*/}"; fi
    done; done; done > $g/bound
    [ ! -s $g/bound ] && [ $tries -gt 0 ]
  do tries=$((tries - 1)); usleep 100000; done
  list=
  [ ! -s $g/bound ] || list=$(head -c 65536 $g/bound | base64 -w 0)
  say bound "$cycle" "$list"
}
run_test() {
  cd ${TEST_DIR} && KMOD_GATE_CYCLE=$1
  # kmod's own programs before busybox's.
  PATH=/sbin:/usr/sbin:$PATH
  export KMOD_GATE_CYCLE
  # A file that names its interpreter is run by that.
  IFS= read -r -n 10 first < ${TEST_FILE}
  case "$first" in
    '#!/bin/sh' | [!#]* | '#'[!!]* | '' | '#') set -- sh -c '[ ! -f ${KMOD_FUNCTIONS} ] || . ${KMOD_FUNCTIONS}; . "$0"' ${TEST_FILE} ;;
    *) set -- ${TEST_FILE} ;;
  esac
  "$@" < /dev/null > $g/io/out 2> $g/io/err
}
tested() { # status outcome
  for stream in out err; do
    : > $g/$stream
    [ ! -s $g/io/$stream ] || head -c ${OUTPUT_LIMIT} $g/io/$stream > $g/$stream
    send_file $g/$stream said "$cycle" $stream
  done
  size_of $g/io/out; sizes=$size
  size_of $g/io/err; sizes="$sizes $size"
  sum_of $g/out; sums=$sum
  sum_of $g/err; sums="$sums $sum"
  say tested "$cycle" "$1" "$2" "$took" "$sizes" "$sums"
}
user_test() { # cycle seconds
  : > $g/io/out
  : > $g/io/err
  step test "$1" test "$2" run_test "$1"
  if [ "$status" = 0 ]; then outcome=ok; else outcome=failed; fi
  tested "$status" $outcome
}
# Interface 0 of a bus is that of its root hub.
wait_usb() { # seconds
  tries=$(($1 * 10))
  while set -- /sys/bus/usb/devices/[0-9]*-[1-9]*:*; [ ! -e "$1" ] && [ $tries -gt 0 ]; do tries=$((tries - 1)); usleep 100000; done
}
# QEMU's user network has these addresses.
network() {
  for interface in /sys/class/net/*; do
    interface=\${interface##*/}
    if [ "$interface" != lo ]; then
      ip link set "$interface" up && ip address add 10.0.2.15/24 dev "$interface" && ip route add default via 10.0.2.2
      echo nameserver 10.0.2.3 > /etc/resolv.conf
      return
    fi
  done 2>/dev/null
}
# What a module may leave behind, one entry a line. Nothing but directory reading, and a few files whose lines are entries.
listing() {
  printf '%s\\n' /sys/module/* /sys/class/* /sys/class/*/* /sys/bus/* /sys/bus/*/drivers/* /sys/bus/*/devices/* /sys/devices/*/* /sys/devices/virtual/*/* \\
    /sys/kernel/* /sys/kernel/slab/* /sys/kernel/debug/* /sys/kernel/debug/*/* /sys/fs/* /sys/firmware/* \\
    /proc/[!0-9]* /proc/driver/* /proc/fs/* /proc/fs/*/* /proc/net/* /proc/sys/*/* /proc/sys/*/*/* /proc/bus/*
  set --
  for file in devices misc filesystems iomem ioports crypto interrupts; do [ ! -e /proc/$file ] || set -- "$@" /proc/$file; done
  awk '
    FILENAME == "/proc/crypto" { if (sub(/^name *: /, "")) print FILENAME ": " $0; next }
    FILENAME == "/proc/interrupts" { if ($1 ~ /^[0-9]+:$/) print FILENAME ": " $1 " " $NF; next }
    { sub(/^ */, ""); print FILENAME ": " $0 }' "$@"
  # Children of kthreadd, but for the workers that the kernel adds and ends as it likes.
  ps -o ppid,args | awk '$1 == 2 && sub(/^ *2 \\[/, "") && sub(/\\]$/, "") && !/^(kworker\\/|psimon)/ { print "kernel thread: " $0 }'
}
# What is left may hang or kill whoever looks at it: beside init, and not for long.
look() { beside 5 fresh; [ -n "$status" ]; }
fresh() { listing > $g/after; awk 'NR == FNR { known[$0]; next } !($0 in known)' $g/before $g/after > $g/new; }
settle() {
  [ -z "$stuck" ] || return
  look || return
  # A timer or thread that was left has that long since the last step to show itself in the log.
  tick; left=$((began + $1 / 10 - clock))
  [ $left -le 0 ] || usleep $((left * 10000))
  # What the kernel clears away later is no leftover.
  if [ -s $g/new ]; then look || return; fi
  if [ -s $g/new ]; then sleep 2; look || return; fi
  head -n ${LEFTOVERS} $g/new > $g/left
  send_file $g/left left
  sum_of $g/left
  say leftend "$sum"
}
baseline() {
  listing > $g/before
  give_taint before
  echo '<5>${BASELINE}' > /dev/kmsg
}
loaded= stop= stuck= began=0
# Its own small file system: a test that writes without end fills no more than this.
mount -t tmpfs -o size=8m tmpfs $g/io
mkfifo $g/done
exec 4<>$g/done
ip link set lo up 2>/dev/null
echo 8 > /proc/sys/kernel/printk
say up "$(uname -r)"
${actions === undefined ? waiting(port) : scenarioScript(actions)}`
}

/** What init does once all of its files are there. */
export function scenarioScript(actions: readonly GuestAction[]): string {
  return `[ -e /sbin/modprobe ] || echo ${KERNEL_ASKS_PATH} > /proc/sys/kernel/modprobe
${actions.map(line).join('\n')}
finish
`
}

/** Where a program for this is missing, too, the guest cannot be given anything, and another one starts with all of it. */
function waiting(port: string): string {
  return `given() { dd if=/dev/mem bs=${PAGE} skip=${AREA.address / PAGE} count=$1 2>/dev/null; }
cannot() { say cannot; power_off; }
[ "$(given 1 | wc -c)" = ${PAGE} ] || cannot
say waiting
read -r pages sum < /dev/${port}
[ "$(given "$pages" | md5sum | cut -c1-32)" = "$sum" ] || cannot
given "$pages" | (cd / && cpio -idu 2> $g/said) || cannot
say taken
. ${SCENARIO_FILE}
`
}

/** One call of the functions above. A module that was refused ends the loading; what was loaded is unloaded all the same. */
function line(action: GuestAction): string {
  const unlessStopped = '[ -n "$stop" ] || '
  switch (action.do) {
    case 'load':
      return `${unlessStopped}load ${action.own ? 1 : 0} ${action.cycle} ${action.module} ${action.seconds} ${shellQuote(action.parameters)}`
    case 'wait-usb':
      return `wait_usb ${action.seconds}`
    case 'network':
      return 'network'
    case 'baseline':
      return 'baseline'
    case 'bound':
      return `${unlessStopped}bound ${action.cycle} ${action.seconds} ${action.modules.join(' ')}`
    case 'test':
      return `${unlessStopped}user_test ${action.cycle} ${action.seconds}`
    case 'unload':
      return `unload ${action.cycle} ${action.module} ${action.seconds}`
    case 'settle':
      return `settle ${action.milliseconds}`
  }
}
