import { END_STACK, END_TRACE, ONE_LINE, type Signature } from './signature.js'

/**
 * Names and lives of kernel objects: fs/sysfs/dir.c, lib/kobject.c, drivers/base/core.c, fs/proc/generic.c, fs/debugfs/inode.c, net/core/dev.c,
 * kernel/dma/debug.c, kernel/irq/manage.c, kernel/module/main.c, kernel/workqueue.c.
 */
export const OBJECTS: readonly Signature[] = [
  { name: 'sysfs-duplicate', id: 'guest.duplicate-name', start: /^sysfs: cannot create duplicate filename '(.*)'/, title: 'sysfs has $1 already', end: END_STACK, weight: 'fail' },
  { name: 'proc-duplicate', id: 'guest.duplicate-name', start: /^proc_dir_entry '(.*)' already registered/, title: 'in /proc, $1 is there already', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'debugfs-duplicate', id: 'guest.duplicate-name', start: /^debugfs: (?:File '(.*)' in directory '.*'|Directory '(.*)' with parent '.*') already present!|^debugfs: '(.*)' already exists in '.*'/, title: 'debugfs has $1$2$3 already', end: ONE_LINE, weight: 'fail' },
  { name: 'sysctl-duplicate', id: 'guest.duplicate-name', start: /^sysctl (?:table check failed: |duplicate entry: )(.*)/, title: 'sysctl: $1', end: END_STACK, weight: 'fail' },
  { name: 'kobject-add', id: 'guest.kobject', start: /^(?:kobject: )?kobject_add_internal failed for (\S+)/, title: 'the kernel object $1 could not be added', end: END_STACK, weight: 'fail', consequence: true },
  { name: 'no-release', id: 'guest.kobject', start: /^(?:Device|kobject:) '(.*)' (?:\(\S+\): )?does not have a release\(\) function/, title: '$1 has no release() function, so its memory is freed while it is in use', end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'W' },
  { name: 'kobject-state', id: 'guest.kobject', start: /^kobject: '.*' \(\S+\): (?:is not initialized, yet kobject_(?:put|get)\(\) is being called|tried to init an initialized object)|^kobject: \(\S+\): (?:attempted to be registered with empty name|tried to )/, end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'W' },
  { name: 'sysfs-group', id: 'guest.kobject', start: /^sysfs group '(.*)' not found for kobject '(.*)'/, title: 'sysfs group $1 of $2 is removed twice', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'proc-not-empty', id: 'guest.proc', start: /^remove_proc_entry: removing non-empty directory '(.*)', leaking at least '(.*)'/, title: 'in /proc, $1 is removed while $2 is in it', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'proc-name', id: 'guest.proc', start: /^name '(.*)'$/, title: '/proc has no entry $1', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'netdev-references', id: 'guest.netdev', start: /^unregister_netdevice: waiting for (\S+) to become free\. Usage count = (-?\d+)/, title: 'network device $1 cannot go: $2 references are left', end: ONE_LINE, weight: 'fail' },
  { name: 'netdev-watchdog', id: 'guest.netdev', start: /^NETDEV WATCHDOG: (.*)/, title: 'network device: $1', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'dma-api', id: 'guest.dma', start: /^DMA-API: (\S+ \S+): (.*)/, title: 'DMA of $1: $2', end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'free-irq', id: 'guest.irq', start: /^Trying to free already-free IRQ (\d+)/, end: END_TRACE, weight: 'fail', taints: 'W' },
  { name: 'irq-nobody', id: 'guest.irq', start: /^irq (\d+): nobody cared/, end: /^(?:Disabling IRQ #|\s*<\/(?:TASK|IRQ)>)/, weight: 'fail' },
  { name: 'irq-mismatch', id: 'guest.irq', start: /^genirq: Flags mismatch irq (.*)/, title: 'an interrupt is requested with other flags than it has: $1', end: END_STACK, weight: 'fail' },
  { name: 'init-return', id: 'guest.init-return', start: /^(?:\w+: )?'(.*)'->init suspiciously returned (\d+)/, title: 'init of $1 returned $2: it must return 0 or a negative error', end: END_STACK, weight: 'fail' },
  { name: 'module-state', id: 'guest.module', start: /^(?:[\w-]+: )?[Mm]odule (?:.* )?(?:is being unloaded|is already being)/, end: ONE_LINE, weight: 'fail' },
  { name: 'module-format', id: 'guest.module', start: /^(?:[\w-]+: )?(?:Module has invalid|module '?[\w-]+'?: .*(?:invalid|corrupt))/, end: ONE_LINE, weight: 'fail' },
  { name: 'workqueue-destroy', id: 'guest.workqueue', start: /^(?:destroy_workqueue: (.*)|workqueue: (?:drain_workqueue|flush_workqueue|WQ_MEM_RECLAIM) (.*))/, title: 'a workqueue is not idle: $1$2', end: /^(?:---\[ end trace |\s*<\/TASK>)/, weight: 'fail', taints: 'W' },
]
