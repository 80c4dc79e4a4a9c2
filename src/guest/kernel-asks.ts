import type { CpioEntry } from './cpio.js'

/**
 * What the kernel runs when it wants a module, such as an algorithm of the crypto API (`/sbin/modprobe -q -- NAME`, kernel/module/kmod.c): where nothing of
 * that name can be run, request_module() gives an error that no user's machine gives, and drivers refuse for it. Names are those of the guest's own
 * modules, or aliases, which nobody resolves here; what is not there is told in the log, where its reader looks for the cause.
 */
const SCRIPT = `#!/bin/busybox sh
for name; do :; done
file=/modules/$(printf %s "$name" | /bin/busybox tr - _).ko
if [ -e "$file" ]; then exec /bin/busybox insmod "$file"; fi
echo "<6>modprobe: this guest has no module $name; one that is needed can be named in preload" > /dev/kmsg
exit 1
`

export const KERNEL_ASKS: CpioEntry = { kind: 'file', path: 'sbin/modprobe', data: Buffer.from(SCRIPT), executable: true }
