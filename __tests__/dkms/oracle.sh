#!/bin/bash
# oracle.sh DKMS FILE RELEASE ARCH TREE DKMS_TREE: what dkms itself understands of a dkms.conf, by its own functions.
# DKMS is the script of the package; only the part before its main program is sourced. Prints NAME=VALUE records that end with NUL.
dkms_script=$1 file=$2 release=$3 machine=$4 tree=$5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sed '/Program Starts Here/,$d' "$dkms_script" > "$scratch/functions"
dkms_tree=$6 source_tree=/usr/src install_tree=/lib/modules tmp_location=$scratch
cd "$scratch" || exit 1
set --
# shellcheck disable=SC1091
. "$scratch/functions"
umask 022
current_kernel=$release current_os=Linux running_distribution=debian
conf='' kernel_config='' kconfig_fromcli='' kernel_source_dir=$tree ksourcedir_fromcli=1 last_mvka='' last_mvka_conf='' die_is_fatal=yes
module='' module_version='' force='' verbose=''
declare -a directive_array=()

# As `dkms add` does, to know what is built.
name_of() { (read_conf "$release" "$machine" "$file" > /dev/null 2>&1; printf '%s' "${!1}"); }
module=$(name_of PACKAGE_NAME)
module_version=$(name_of PACKAGE_VERSION)

if declare -F read_conf_strict > /dev/null; then read_conf_strict "$release" "$machine" "$file" > /dev/null; else read_conf "$release" "$machine" "$file" > /dev/null; fi
printf 'status=%s\0' $?
for name in package_name package_version make_command pre_build post_build obsolete_by build_exclude AUTOINSTALL clean; do printf '%s=%s\0' "$name" "${!name}"; done
for name in built_module_name built_module_location dest_module_name DEST_MODULE_LOCATION strip patch_array BUILD_DEPENDS; do
  declare -n array=$name
  for i in "${!array[@]}"; do printf '%s[%s]=%s\0' "$name" "$i" "${array[$i]}"; done
  unset -n array
done
