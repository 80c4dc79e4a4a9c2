#!/bin/sh
# bare-root.sh SUITE TAR: a bare Debian root (essential packages and ca-certificates) as a tar.
# Mirrors, proxies, certificates and name servers are those that this machine's own apt uses.
set -eu
suite=$1
tar=$2

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
site_of() { apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk -v release="$1" '$2 == release { print $1; exit }'; }
archive=$(site_of "$codename")
security=$(site_of "$codename-security")
if [ -z "$archive" ]; then
  echo "bare-root: apt knows no index of $codename here; run apt-get update first" >&2
  exit 3
fi

set -- --variant=minbase --include=ca-certificates --quiet
# `Key "value";` is both what apt-config prints and what --aptopt takes.
apt-config dump | grep -E '^Acquire::(.*[Pp]roxy|Check-Valid-Until|Check-Date)' > "$tar.$$.aptopt" || true
while read -r line; do set -- "$@" --aptopt="$line"; done < "$tar.$$.aptopt"
rm "$tar.$$.aptopt"

set -- "$@" --customize-hook='cp /etc/resolv.conf "$1/etc/resolv.conf"'
if [ -d /usr/local/share/ca-certificates ]; then
  set -- "$@" --customize-hook='cp -r /usr/local/share/ca-certificates "$1/usr/local/share/"' --customize-hook='chroot "$1" update-ca-certificates'
fi
set -- "$@" "$suite" "$tar.$$.part" "deb $archive $suite main"
# sid has neither updates nor security of its own.
if [ "$suite" != sid ]; then
  set -- "$@" "deb $archive $suite-updates main"
  if [ -n "$security" ]; then set -- "$@" "deb $security $suite-security main"; fi
fi

mmdebstrap --format=tar "$@" < /dev/null
mv "$tar.$$.part" "$tar"
