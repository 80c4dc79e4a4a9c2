import type { DkmsRules } from './rules.js'

/** All names that dkms takes over from dkms.conf and that mean something to a build (dkms, dkms_conf_variables). */
export const DIRECTIVES = [
  'PACKAGE_NAME', 'PACKAGE_VERSION', 'MAKE', 'MAKE_MATCH', 'CLEAN', 'PRE_BUILD', 'POST_BUILD', 'PATCH', 'PATCH_MATCH',
  'BUILT_MODULE_NAME', 'BUILT_MODULE_LOCATION', 'DEST_MODULE_NAME', 'DEST_MODULE_LOCATION', 'STRIP', 'BUILD_DEPENDS', 'BUILD_DEPENDS_REBUILD',
  'BUILD_EXCLUSIVE_KERNEL', 'BUILD_EXCLUSIVE_KERNEL_MIN', 'BUILD_EXCLUSIVE_KERNEL_MAX', 'BUILD_EXCLUSIVE_ARCH', 'BUILD_EXCLUSIVE_CONFIG',
  'OBSOLETE_BY', 'AUTOINSTALL', 'NO_WEAK_MODULES', 'build_exclude', 'strip',
] as const
export type Directive = (typeof DIRECTIVES)[number]

/** Positional parameters of the script, in order. */
export const PARAMETERS = ['conf', 'scratch', 'kernelver', 'arch', 'kernel_source_dir', 'dkms_tree'] as const

/**
 * The bash script that reads a dkms.conf as dkms does and writes what it found to `$scratch/dump`, as records that end with NUL.
 *
 * dkms reads twice (safe_source): the file is sourced in a subshell, which prints each element as `NAME[i]="value"`, unquoted, so that
 * blanks run together and patterns are expanded; what it printed is then sourced by dkms itself, which evaluates `$`, backquotes,
 * backslashes and quotes in the value once more. A value that survives neither is lost to dkms too, so both happen here.
 * Regular expressions are left to bash as well: `[[ =~ ]]` has the C library's rules and not JavaScript's.
 *
 * Our own variables begin with `_kg_`: everything else is the conf's.
 */
export function readerScript(rules: DkmsRules): string {
  const trim = rules.cutsReturns ? '%$_kg_return' : ''
  return `
ulimit -c 0 -f 65536
umask 022
conf=$1 _kg_scratch=$2 kernelver=$3 arch=$4 kernel_source_dir=$5 dkms_tree=$6
shift ${PARAMETERS.length}
_kg_release=$kernelver _kg_arch=$arch _kg_source=$kernel_source_dir _kg_conf=$conf
source_tree=/usr/src install_tree=/lib/modules tmp_location=$_kg_scratch
current_os=Linux current_kernel=$kernelver verbose= symlink_modules= addon_modules_dir= module= module_version=
kernel_config=$kernel_source_dir/.config
${rules.asksAutoConf ? 'if [[ -e $kernel_source_dir/include/config/auto.conf ]]; then kernel_config=$kernel_source_dir/include/config/auto.conf; fi' : ''}
_kg_config=$kernel_config
_kg_return=$'\\r'
_kg_names=(${DIRECTIVES.join(' ')})
shopt -s extglob

_kg_record() { printf '%s\\0' "$@" >> "$_kg_scratch/dump"; }

# _kg_elements KIND: every element of every directive, as it is now.
_kg_elements() {
  local _kg_name _kg_i
  for _kg_name in "\${_kg_names[@]}"; do
    local -n _kg_array=$_kg_name
    for _kg_i in "\${!_kg_array[@]}"; do _kg_record "$1" "$_kg_name" "$_kg_i" "\${_kg_array[$_kg_i]}"; done
    unset -n _kg_array
  done
}

# The first of the two readings; leaves assignments in the file "lines", and the values as written in the dump when asked to.
_kg_read() {
  ( exec > "$_kg_scratch/lines"
    . "$_kg_conf" > /dev/null
    for _kg_name in "\${_kg_names[@]}"; do
      for _kg_i in $(eval echo "\\\${!$_kg_name[@]}"); do
        eval echo "\\$_kg_name[\\$_kg_i]=\\\\\\"\\\${$_kg_name[\\$_kg_i]${trim}}\\\\\\""
      done
    done
    for _kg_line in $(set | grep ^DKMS_DIRECTIVE | cut -d = -f 2-3); do printf '%s="%s"\\n' "\${_kg_line%%=*}" "\${_kg_line#*=}"; done
    if [[ $1 ]]; then IFS=$' \\t\\n'; _kg_elements written; fi
  )
}

# dkms knows the package's name when it builds, so the conf may use it.
_kg_read '' 2> /dev/null
module=$(. "$_kg_scratch/lines" > /dev/null 2>&1; printf '%s' "$PACKAGE_NAME")
module_version=$(. "$_kg_scratch/lines" > /dev/null 2>&1; printf '%s' "$PACKAGE_VERSION")
_kg_read written
. "$_kg_scratch/lines"
_kg_elements read

_kg_match() { [[ $1 =~ $2 ]]; _kg_record match "$3" "$4" $?; }
for _kg_i in "\${!MAKE_MATCH[@]}"; do _kg_match "$_kg_release" "\${MAKE_MATCH[$_kg_i]}" MAKE_MATCH "$_kg_i"; done
for _kg_i in "\${!PATCH_MATCH[@]}"; do _kg_match "$_kg_release" "\${PATCH_MATCH[$_kg_i]}" PATCH_MATCH "$_kg_i"; done
_kg_match "$_kg_release" "$BUILD_EXCLUSIVE_KERNEL" BUILD_EXCLUSIVE_KERNEL 0
_kg_match "$_kg_arch" "$BUILD_EXCLUSIVE_ARCH" BUILD_EXCLUSIVE_ARCH 0

if [[ -e $_kg_config ]]; then
  _kg_record configuration "$_kg_config" 0 ''
  _kg_i=0
  for _kg_option in $BUILD_EXCLUSIVE_CONFIG; do
    grep -q ${rules.asksAutoConf ? '' : '-E '}-- "^\${_kg_option#!}=[ym]" "$_kg_config"
    _kg_record option "$_kg_option" "$_kg_i" $?
    _kg_i=$((_kg_i + 1))
  done
fi

# dkms asks the kernel image which compiler made it, and the configuration only where there is no image.
_kg_has() { _kg_record tool "$1" 0 $?; }
if [[ -e $_kg_source/vmlinux ]]; then
  readelf -p .comment "$_kg_source/vmlinux" 2>&1 | grep -q clang; _kg_has clang
  readelf -p .comment "$_kg_source/vmlinux" 2>&1 | grep -q LLD; _kg_has lld
elif [[ -e $_kg_config ]]; then
  grep -q CONFIG_CC_IS_CLANG=y "$_kg_config"; _kg_has clang
  grep -q CONFIG_LD_IS_LLD=y "$_kg_config"; _kg_has lld
fi
_kg_record end '' 0 ''
`
}
