import type { CpioEntry } from './cpio.js'

/** Not where the kernel looks by itself: there kmod's is, and no test shall take this one for it. */
export const KERNEL_ASKS_PATH = '/kmod-gate/modprobe'

/**
 * What the kernel runs when it wants a module, such as an algorithm of the crypto API (`/sbin/modprobe -q -- NAME`, kernel/module/kmod.c): where nothing of
 * that name can be run, request_module() gives an error that no user's machine gives, and drivers refuse for it. Names are those of the guest's own
 * modules, or aliases, which only indices in /lib/modules resolve; what is not there is told in the log, where its reader looks for the cause.
 */
const SCRIPT = `#!/bin/busybox sh
for name; do :; done
if [ -d /lib/modules ]; then exec /bin/busybox modprobe -q "$name"; fi
file=/modules/$(printf %s "$name" | /bin/busybox tr - _).ko
if [ -e "$file" ]; then exec /bin/busybox insmod "$file"; fi
echo "<6>modprobe: this guest has no module $name; one that is needed can be named in preload" > /dev/kmsg
exit 1
`

export const KERNEL_ASKS: CpioEntry = { kind: 'file', path: KERNEL_ASKS_PATH.slice(1), data: Buffer.from(SCRIPT), executable: true }
