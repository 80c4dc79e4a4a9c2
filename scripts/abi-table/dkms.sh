#!/bin/bash
# dkms.sh RELEASE DIR: builds a third-party module in DIR as its dkms.conf says, as dkms(8) would, but keeps the debug information.
# Variables that dkms.conf may use: see "DKMS.CONF OVERRIDES" and MAKE in dkms(8).
set -u
kernelver=$1
dir=$2
arch=x86_64
kernel_source_dir=/usr/src/linux-headers-$kernelver
dkms_tree=/var/lib/dkms
source_tree=/usr/src

declare -a MAKE=() PATCH=() PATCH_MATCH=() BUILT_MODULE_NAME=() DEST_MODULE_LOCATION=() MAKE_MATCH=()
PRE_BUILD=
cd "$dir" || exit 1
# shellcheck disable=SC1091
. ./dkms.conf
build=$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build
rm -rf "$build"
mkdir -p "$build"
cp -a . "$build"
cd "$build" || exit 1
# Once more: some paths hang on the names above.
. ./dkms.conf

for i in "${!PATCH[@]}"; do
  if [[ -z ${PATCH_MATCH[$i]:-} || $kernelver =~ ${PATCH_MATCH[$i]} ]]; then patch -p1 < "patches/${PATCH[$i]}" || exit 1; fi
done
# shellcheck disable=SC2086
if [ -n "$PRE_BUILD" ]; then ./$PRE_BUILD || exit 1; fi

command=${MAKE[0]:-make -C $kernel_source_dir M=$build}
for i in "${!MAKE_MATCH[@]}"; do
  if [[ -n ${MAKE_MATCH[$i]} && $kernelver =~ ${MAKE_MATCH[$i]} ]]; then command=${MAKE[$i]}; fi
done
# dkms names the kernel to every make.
command=$(sed -E "s/^('?)make /\1make -j2 KERNELRELEASE=$kernelver /; s/^make\$/make -j2 KERNELRELEASE=$kernelver/" <<< "$command")
eval "$command" || exit 1
