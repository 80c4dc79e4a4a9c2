/** A module in the order in which it is loaded. */
export interface GuestModule {
  /** The kernel's name. */
  readonly name: string
  /** The user's own, which is unloaded again and judged. */
  readonly own: boolean
}

/** Line of the kernel log after which everything counts. A log without it was flooded or cleared; the console then has to serve. */
export const BASELINE = 'kmod-gate: baseline'

/** Seconds that one insmod or rmmod may take in the guest. */
export const STEP_DEADLINE = 30

/**
 * The guest's /init for busybox ash. It writes records to the second serial port, one a line:
 *
 *     NONCE up RELEASE
 *     NONCE begin load|unload MODULE
 *     NONCE end load|unload MODULE STATUS OUTCOME CENTISECONDS MESSAGE(base64)
 *     NONCE log BASE64          pieces of the kernel log since BASELINE, in order
 *     NONCE logend MD5|-        of the log, or that the log no longer holds the baseline
 *     NONCE done
 *
 * The nonce comes from a file that is gone before the first module is loaded: what a module prints cannot be taken for a record.
 */
export function initScript(modules: readonly GuestModule[]): string {
  const loads = modules.map(({ name, own }) => `load ${name} ${own ? 1 : 0}`)
  const unloads = [...modules].reverse().filter(({ own }) => own).map(({ name }) => `unload ${name}`)
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
nonce=$(cat /nonce)
rm /nonce
stty -F /dev/ttyS1 raw -echo 115200
exec 3>/dev/ttyS1
say() { echo "$nonce $*" >&3; }
# Centiseconds since boot in $clock, without starting a process; the 1 keeps 09 from being read as octal.
tick() { read -r uptime rest < /proc/uptime; clock=$(( \${uptime%.*} * 100 + 1\${uptime#*.} - 100 )); }
power_off() { sync; poweroff -f; sleep 5; reboot -f; }
give_log() {
  dmesg -r > /log
  if ! grep -q '${BASELINE}' /log; then say logend -; return; fi
  sed '1,/${BASELINE}/d' /log > /since
  base64 -w 512 < /since | while read -r line; do say log "$line"; done
  say logend "$(md5sum < /since | cut -c1-32)"
}
# A step that never returns must not keep init: it runs beside it and is waited for, closely at first.
step() {
  kind=$1 module=$2; shift 2
  say begin "$kind" "$module"
  tick; began=$clock pause=5000
  rm -f /status
  { "$@" > /said 2>&1; echo $? > /status; } 3>&- &
  while tick; took=$((clock - began)); [ ! -s /status ] && [ "$took" -lt ${STEP_DEADLINE * 100} ] && kill -0 $! 2>/dev/null; do
    usleep $pause
    [ "$took" -lt 50 ] || pause=100000
  done
  if [ ! -s /status ] && kill -0 $! 2>/dev/null; then
    echo w > /proc/sysrq-trigger
    say end "$kind" "$module" - hung "$took" "$(base64 -w 0 < /said)"
    give_log
    say done
    power_off
  fi
  # A process that the kernel killed (oops) leaves no status.
  status=$(cat /status 2>/dev/null || echo 137)
}
load() {
  step load "$1" insmod "/modules/$1.ko"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$1 .* Live " /proc/modules; then outcome=ok
  else outcome=not-listed; fi
  say end load "$1" "$status" "$outcome" "$took" "$(base64 -w 0 < /said)"
  if [ "$outcome" = ok ]; then loaded="$loaded $1 "; else stop=1; fi
}
unload() {
  case $loaded in *" $1 "*) ;; *) return ;; esac
  step unload "$1" rmmod "$1"
  if [ "$status" != 0 ]; then outcome=refused
  elif grep -q "^$1 " /proc/modules; then outcome=still-listed
  else outcome=ok; fi
  say end unload "$1" "$status" "$outcome" "$took" "$(base64 -w 0 < /said)"
}
loaded= stop=
dmesg -n 8
echo '<5>${BASELINE}' > /dev/kmsg
say up "$(uname -r)"
${loads.map((line) => `[ -n "$stop" ] || ${line}`).join('\n')}
${unloads.join('\n')}
give_log
say done
power_off
`
}
