#!/bin/sh
# The same module on the same kernel with virtme-ng, without KVM. The kernel's image must be installed, since virtme-ng takes its modules from there.
# usage: virtme.sh RELEASE MODULE.ko
set -eu
vng --run "/boot/vmlinuz-$1" --disable-kvm --cpus 1 --memory 512M --user root -- "insmod $2 && grep -q ^hello /proc/modules && rmmod hello && echo virtme: loaded" < /dev/null > /tmp/virtme.said 2>&1 || { cat /tmp/virtme.said; exit 1; }
grep -q 'virtme: loaded' /tmp/virtme.said
