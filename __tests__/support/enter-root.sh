#!/bin/sh
# enter-root.sh ROOT LEFTOVERS CWD PROGRAM ARGS...: runs a program in a root, as process 1 of a fresh pid and mount namespace.
# BINDS holds lines of `outside<TAB>inside`. What still runs two seconds after the program ended is written to LEFTOVERS.
set -eu
root=$1
leftovers=$2
cwd=$3
shift 3
tab=$(printf '\t')

# Nothing that is mounted here may reach the outside. In a plain chroot `/` is no mount point and cannot be set so;
# therefore the root becomes one, which also makes it look like a container's from the inside.
mount --make-rprivate / 2> /dev/null || true
mount --bind "$root" "$root"
mount --make-rprivate "$root"

mkdir -p "$root/proc" "$root/sys" "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
printf '%s' "${BINDS:-}" | while IFS="$tab" read -r outside inside; do
  if [ -d "$outside" ]; then
    mkdir -p "$root$inside"
  else
    mkdir -p "$(dirname "$root$inside")"
    : >> "$root$inside"
  fi
  mount --bind "$outside" "$root$inside"
done
unset BINDS

status=0
chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$cwd" "$@" || status=$?

# Kernel threads are not in this namespace: whatever is left and is no zombie was started by the program.
living() {
  for stat in "$root"/proc/[0-9]*/stat; do
    pid=${stat%/stat}
    pid=${pid##*/}
    if [ "$pid" = 1 ]; then continue; fi
    read -r line < "$stat" 2> /dev/null || continue
    case ${line##*) } in Z*) continue ;; esac
    line=${line#*(}
    echo "${line%)*}"
  done
}
i=0
while [ "$i" -lt 20 ]; do
  living > "$leftovers"
  if [ ! -s "$leftovers" ]; then break; fi
  sleep 0.1
  i=$((i + 1))
done
exit "$status"
