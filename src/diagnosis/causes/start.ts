import { type Cause, said } from './cause.js'

/** What goes wrong once the module is in memory: parameters, names, devices, memory, its own init function. */
export const START: readonly Cause[] = [
  {
    id: 'load-parameter-unknown', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): unknown parameter '(?<parameter>[^']{1,200})' ignored/],
    title: (groups) => `${said(groups, 'module')} has no parameter ${said(groups, 'parameter')}; it was loaded without`,
    explanation: 'The kernel takes no offence at a parameter that does not exist; it only says so.',
    remedy: (groups) => `Look at \`modinfo -p\` of ${said(groups, 'module')} for the right name.`,
  },
  {
    id: 'load-parameter-value', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): `(?<value>[^']{0,200})' invalid for parameter `(?<parameter>[^']{1,100})'/, /^(?<module>[\w-]+): `(?<value>[^']{0,200})' too large for parameter `(?<parameter>[^']{1,100})'/, /^(?<parameter>[\w.-]+): (?:can only take|string doesn't fit in|only takes) /, /^(?<module>[\w-]+): (?<parameter>[\w-]+): can only take \d+ arguments/],
    title: (groups) => `${said(groups, 'parameter')} does not take the value ${said(groups, 'value') || 'that was given'}`,
    explanation: 'The parameter’s type cannot hold the value (a number, a yes or no, a list of limited length), or the module’s own check refused it. The module was not loaded.',
    remedy: () => 'Look at `modinfo -p` for types; booleans take y, n, 0 and 1.',
  },
  {
    id: 'load-sysfs-duplicate', stage: 'boot', weight: 'cause',
    kernel: [/^sysfs: cannot create duplicate filename '(?<name>[^']{1,300})'/, /^kobject(?:_add_internal failed for|: kobject_add_internal failed for) (?<name>\S{1,200}) (?:with -EEXIST|\(error: -17)/, /^proc_dir_entry '(?<name>[^']{1,200})' already registered/, /^debugfs: (?:File|Directory) '(?<name>[^']{1,200})' (?:in|with parent) .{0,200}already present/, /^(?:Error: )?Driver '(?<name>[^']{1,100})' is already registered, aborting/],
    title: (groups) => `The name ${said(groups, 'name')} is already taken`,
    explanation: 'Two modules, or one that was not cleaned up, create the same entry in /sys, /proc or debugfs, or register a driver of the same name. Often the driver is in the kernel’s own package or built in as well.',
    remedy: () => 'Unload the other one, give yours another name, and undo everything on the error paths of the init function.',
  },
  {
    id: 'load-name-taken', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): module is already loaded/],
    title: (groups) => `The kernel has a module ${said(groups, 'module')} already, built in or loaded`,
    explanation: 'A module and a part of the kernel may not have the same name: both want /sys/module/NAME.',
    remedy: (groups) => `Look for ${said(groups, 'module')} in /sys/module and modules.builtin, and give yours another name.`,
  },
  {
    id: 'load-file-exists', stage: 'boot', weight: 'general',
    loader: [/^(?:File exists|Module already in kernel|module already loaded)\b/i, /^Module (?<module>\S{1,100}) already in kernel/i],
    title: () => 'A module of that name is there already, or its init function met a name that was taken',
    explanation: 'The kernel keeps one module of a name, built-in ones included; dashes and underscores are the same. The init function can return the same error.',
    remedy: () => 'Look in /proc/modules and in modules.builtin for the name; read the kernel log for what the init function said.',
  },
  {
    id: 'load-no-device', stage: 'boot', weight: 'general',
    loader: [/^No such device(?: or address)?\b/i],
    title: () => 'The module’s init function found no device that it could drive',
    explanation: 'The module fits the kernel: its own init function returned -ENODEV. It looks for hardware that is not in this machine, or something that it relies on is not loaded. Drivers that register with a bus should leave that to probe() and return 0.',
    remedy: () => 'Give the guest the device (devices:), load what it relies on first, or read what the module says in the kernel log.',
  },
  {
    id: 'load-firmware', stage: 'boot', weight: 'cause',
    kernel: [/^.{0,100}?[Dd]irect firmware load for (?<file>\S{1,200}) failed with error (?<error>-?\d{1,5})/, /^.{0,100}?firmware: failed to load (?<file>\S{1,200}) \((?<error>-?\d{1,5})\)/],
    title: (groups) => `The driver asked for the firmware file ${said(groups, 'file')} and did not get it (${said(groups, 'error')})`,
    explanation: '-2 says that there is no such file below /lib/firmware. Many drivers go on without, or try another name.',
    remedy: (groups) => `Install the package with ${said(groups, 'file')} (apt-file search finds it; Debian’s are named firmware-…), and in a guest take the file along.`,
  },
  {
    id: 'load-init-suspicious', stage: 'boot', weight: 'cause',
    kernel: [/^(?:do_init_module: )?'?(?<module>[\w-]+)'?(?:->init|: init) suspiciously returned (?<value>-?\d{1,12}), it should follow 0\/-E convention/],
    title: (groups) => `The init function of ${said(groups, 'module')} returned ${said(groups, 'value')}, which is neither 0 nor an error`,
    explanation: 'An init function returns 0, or an error number below zero. The kernel took the positive number for success.',
    remedy: () => 'Return 0, or -ENODEV and the like.',
  },
  {
    id: 'load-no-memory', stage: 'boot', weight: 'cause',
    kernel: [/^vmap allocation for size (?<size>\d{1,20}) failed/, /^(?:module: )?(?<module>[\w-]+): Could not allocate (?<size>\d{1,20}) bytes percpu data/, /^percpu: allocation failed, size=(?<size>\d{1,20})/, /^(?<program>[\w./-]{1,64}): vmalloc(?: error)?: .{0,80}(?:allocation failure|size \d+, vm_struct allocation failed)/],
    loader: [/^(?:Cannot allocate memory|Out of memory|not enough memory)\b/i],
    title: () => 'There was no room for the module',
    explanation: 'Either memory is out, or one of the areas of fixed size that modules live in: that for code, or the few kilobytes for static per-CPU variables. An init function that returns -ENOMEM looks the same.',
    remedy: () => 'Give the guest more memory; allocate large per-CPU data with alloc_percpu() instead of DEFINE_PER_CPU.',
  },
  {
    id: 'load-dependency-missing', stage: 'boot', weight: 'cause',
    loader: [/^(?:FATAL: )?Module (?<module>\S{1,100}) not found(?: in directory (?<dir>\S{1,200}))?/, /^could not find module by name='(?<module>[^']{1,100})'/, /^can't load module (?<module>[\w-]{1,100}) \(\S{0,200}\)/],
    title: (groups) => `There is no module ${said(groups, 'module')} for the running kernel`,
    explanation: 'modprobe looks below /lib/modules of the release that runs, in the lists that depmod made.',
    remedy: () => 'Install the module there and run depmod; where the kernel was updated, reboot into the new one. On Debian, linux-modules-extra or the plain flavour instead of the cloud one may hold it.',
  },
  {
    id: 'load-busy', stage: 'boot', weight: 'cause',
    loader: [/^Module (?<module>\S{1,100}) is in use(?: by:? (?<by>.{1,200}))?/, /^(?:can't unload module '?[^']{1,100}'?: )?(?:Resource temporarily unavailable|Device or resource busy)\b/i],
    title: (groups) => `${said(groups, 'module') || 'Something'} is in use${said(groups, 'by') === '' ? '' : ` by ${said(groups, 'by')}`}`,
    explanation: 'Another module needs it, a program holds one of its devices open, it took a reference to itself and never gave it back, or it has an init function and no exit function. For loading, “busy” is what the init function returned.',
    remedy: () => 'To unload it: close what uses it, give it an exit function, and look for a try_module_get() without module_put(). To load it: what it registers is taken, maybe by what an earlier load left behind.',
  },
]
