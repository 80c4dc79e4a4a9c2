#!/bin/sh
# The manual way from "I have a driver" to "it loads on Debian's kernel", as a person types it into a fresh root:
# install, unpack the source, copy config and symvers, oldconfig, prepare, modules_prepare, M=, boot, insmod.
# It is the yardstick of this benchmark and is deliberately no part of the gate.
#
# usage: recipe.sh hello DIR | recipe.sh etas
set -eu

what=$1
export DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "recipe: $(date +%s.%N | cut -c1-14) $*"; }

say install
apt-get update -q
apt-get install -q -y --no-install-recommends \
  build-essential bc bison flex libelf-dev libssl-dev dwarves python3 xz-utils kmod cpio \
  linux-source linux-headers-amd64 linux-image-amd64 qemu-system-x86 busybox-static

headers=$(readlink -f /usr/src/linux-headers-*-amd64)
release=${headers##*/linux-headers-}
# What the config was made with; any other name for the same compiler changes the config.
cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ ]*\) .*/\1/p' "$headers/.config")

say unpack
tar -C "$work" -xf /usr/src/linux-source-*.tar.xz
tree=$(echo "$work"/linux-source-*)

say configure
cp "$headers/.config" "$headers/Module.symvers" "$tree/"
case $what in
  hello) cp -r "$2" "$work/module"; module=$work/module ;;
  etas) "$tree/scripts/config" --file "$tree/.config" --module CAN_ETAS_ES58X; module=drivers/net/can/usb/etas_es58x ;;
esac
cd "$tree"
make CC="$cc" oldconfig < /dev/null

say prepare
make -j"$(nproc)" CC="$cc" prepare
make -j"$(nproc)" CC="$cc" modules_prepare

say build
make -j"$(nproc)" CC="$cc" M="$module" modules

say boot
root=$work/initramfs
mkdir -p "$root/bin" "$root/proc"
cp /bin/busybox "$root/bin/busybox"
set --
for ko in "$module"/*.ko; do
  for name in $(modinfo -F depends "$ko" | tr , ' '); do
    # modprobe knows what the dependencies need in turn, and the order
    for dep in $(modprobe --show-depends -S "$release" "$name" | sed -n 's/^insmod \([^ ]*\).*/\1/p'); do
      case " $* " in *" ${dep##*/} "*) continue ;; esac
      cp "$dep" "$root/"
      set -- "$@" "${dep##*/}"
    done
  done
  cp "$ko" "$root/"
  set -- "$@" "${ko##*/}"
done
find "$root" -name '*.ko.xz' -exec xz -d {} +
{
  echo '#!/bin/busybox sh'
  echo '/bin/busybox mount -t proc proc /proc'
  for file; do echo "/bin/busybox insmod /${file%.xz} || echo recipe: refused ${file%.xz}"; done
  echo 'echo recipe: loaded $(/bin/busybox cut -d" " -f1 /proc/modules)'
  echo '/bin/busybox poweroff -f'
} > "$root/init"
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc) > "$work/initramfs.cpio"
timeout 180 qemu-system-x86_64 -accel tcg -m 512 -nographic -no-reboot -kernel "/boot/vmlinuz-$release" \
  -initrd "$work/initramfs.cpio" -append 'console=ttyS0 panic=-1 loglevel=4' < /dev/null > "$work/console"
tail -n 20 "$work/console"
# The firmware's escape sequences may stand before the first word of a line.
if grep -q 'recipe: refused ' "$work/console"; then exit 1; fi
grep -q 'recipe: loaded ' "$work/console"
say end
