import { ARCHITECTURES } from '../../architecture/table.js'
import { cpioNewc, type CpioEntry } from '../../guest/cpio.js'
import { shellQuote } from '../../text/shell.js'

/** A module's file for the guest, uncompressed. */
export interface AutopsyModule {
  /** The kernel's name. */
  readonly name: string
  readonly data: Buffer
  /** In the kernel's syntax, one string. */
  readonly parameters?: string
}

/** Seconds that insmod has in the guest; gdb stops it many times on the way. */
const INSMOD = 60

/**
 * The guest's /init for busybox ash: it loads the dependencies, and then does on the second serial port what it is told there, one word or two a line.
 *
 *     ← ADDRESS t apply_relocate_add        lines of /proc/kallsyms
 *     ← ready
 *     → load                                ← loaded STATUS
 *     → where ADDRESS                       ← at ADDRESS SYMBOLADDRESS NAME
 *     → off
 *
 * Addresses are 16 hexadecimal digits, so that they sort as text. The kernel's own symbols come first and sorted; modules lie above them, from
 * 0xffffffffc0000000 on (Documentation/arch/x86/x86_64/mm.rst).
 */
export function autopsyInit(dependencies: readonly AutopsyModule[], module: AutopsyModule): string {
  const insmod = ({ name, parameters }: AutopsyModule): string => `insmod /modules/${shellQuote(name)}.ko${parameters === undefined || parameters === '' ? '' : ` ${shellQuote(parameters)}`}`
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
stty -F /dev/ttyS1 raw -echo 115200
exec 3<>/dev/ttyS1
echo 0 > /proc/sys/kernel/kptr_restrict
cat /proc/kallsyms > /symbols
grep -F ' apply_relocate_add' /symbols >&3
${dependencies.map((dependency) => `${insmod(dependency)} > /dev/null 2>&1`).join('\n')}
echo ready >&3
while read -r what which <&3; do
  case "$what" in
    load) timeout ${INSMOD} ${insmod(module)} > /said 2>&1; echo "loaded $?" >&3 ;;
    where) awk -v at="$which" '$1 > at { if (at < "ffffffffc") exit; next } $2 ~ /[tTwW]/ && $1 > best { best = $1; name = $3 } END { print "at", at, best, name }' /symbols >&3 ;;
    off) poweroff -f ;;
  esac
done
`
}

/** The initramfs: a static busybox, the modules and init. */
export function autopsyInitramfs(busybox: Buffer, dependencies: readonly AutopsyModule[], module: AutopsyModule): Buffer {
  const entries: CpioEntry[] = [
    ...['bin', 'dev', 'proc', 'sys', 'modules'].map((path): CpioEntry => ({ kind: 'dir', path })),
    { kind: 'char', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'char', path: 'dev/null', major: 1, minor: 3 },
    { kind: 'file', path: 'bin/busybox', data: busybox, executable: true },
    ...[...dependencies, module].map(({ name, data }): CpioEntry => ({ kind: 'file', path: `modules/${name}.ko`, data })),
    { kind: 'file', path: 'init', data: Buffer.from(autopsyInit(dependencies, module)), executable: true },
  ]
  return cpioNewc(entries)
}

/** QEMU's arguments: one processor, emulated, so that every run is like the one before; a stub for gdb and the conversation with init on sockets. */
export function autopsyQemuArgs(files: { readonly kernel: string; readonly initramfs: string; readonly stub: string; readonly talk: string; /** MiB. */ readonly memory: number }): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-machine', 'q35', '-accel', 'tcg', '-cpu', ARCHITECTURES.amd64.qemu.cpu.tcg, '-m', String(files.memory), '-smp', '1'],
    // The soft lockup watchdog must not mind that gdb stops the guest.
    ...['-kernel', files.kernel, '-initrd', files.initramfs, '-append', [...ARCHITECTURES.amd64.qemu.parameters, 'quiet panic=-1 nokaslr rdinit=/init nowatchdog random.trust_cpu=on'].join(' ')],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=talk,path=${option(files.talk)}`, '-serial', 'chardev:talk'],
    ...['-chardev', `socket,id=stub,path=${option(files.stub)},server=on,wait=off`, '-gdb', 'chardev:stub'],
  ]
}

/** A value among QEMU's options, in which commas are written twice. */
function option(value: string): string {
  return value.replaceAll(',', ',,')
}
