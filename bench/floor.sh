#!/bin/sh
# What no gate can do without, by hand and on a warm machine: `make M=` in the headers tree, and a bare boot of the unpacked kernel that loads the module.
# Both only with what the kernel's packages hold.
#
# usage: floor.sh make HEADERS DIR WORK | floor.sh boot VMLINUX MODULE.ko WORK
set -eu
what=$1
work=$4
case $what in
  make)
    rm -rf "$work"
    cp -r "$3" "$work"
    cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ ]*\) .*/\1/p' "$2/.config")
    make -s -C "$2" CC="$cc" M="$work" modules
    ;;
  boot)
    rm -rf "$work"
    mkdir -p "$work/bin" "$work/proc" "$work/dev"
    cp /bin/busybox "$work/bin/"
    cp "$3" "$work/module.ko"
    mknod "$work/dev/console" c 5 1
    printf '#!/bin/busybox sh\nbusybox insmod /module.ko && echo floor: loaded\nbusybox poweroff -f\n' > "$work/init"
    chmod +x "$work/init"
    (cd "$work" && find . | busybox cpio -o -H newc) > "$work.cpio" 2> "$work.said"
    timeout 120 qemu-system-x86_64 -accel tcg -nodefaults -m 512 -display none -no-reboot -serial stdio -kernel "$2" -initrd "$work.cpio" \
      -append 'console=ttyS0 quiet panic=-1 no_timer_check' < /dev/null > "$work.console"
    grep -q 'floor: loaded' "$work.console"
    ;;
esac
