/** One change of the kernel's interface for modules. */
interface Change {
  /** Kernel version since which it is so, X.Y. */
  readonly since: string
  /** What to use, or how it is called now; ends the sentence that begins with the name. */
  readonly now: string
}

const gone = (since: string, now: string): Change => ({ since, now: `is gone since ${since}; use ${now}` })
const simply = (since: string, why: string): Change => ({ since, now: `is gone since ${since}: ${why}` })
const takes = (since: string, now: string): Change => ({ since, now: `changed in ${since}: ${now}` })

/**
 * Changes that many drivers met, from Linux 4.15 on: the functions, types, macros and headers that a compiler then complains of. Versions are
 * those of the first release with the change in its own tree; distributions may have it earlier. Members stand as `struct name.member`.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  // Timers and time.
  init_timer: gone('4.15', 'timer_setup()'),
  setup_timer: gone('4.15', 'timer_setup()'),
  do_gettimeofday: gone('5.0', 'ktime_get_real_ts64()'),
  getnstimeofday: gone('5.6', 'ktime_get_real_ts64()'),
  'struct timeval': gone('5.6', 'struct timespec64, or ktime_t'),
  'struct timespec': gone('5.6', 'struct timespec64'),
  del_timer: gone('6.15', 'timer_delete()'),
  del_timer_sync: gone('6.15', 'timer_delete_sync()'),
  hrtimer_init: gone('6.15', 'hrtimer_setup(), which also takes the function'),
  from_timer: gone('6.16', 'timer_container_of()'),

  // Devices, drivers, classes.
  class_create: takes('6.4', 'it takes the name alone, without THIS_MODULE'),
  'struct class.owner': simply('6.4', 'leave it out'),
  'struct class.devnode': takes('6.2', 'it gets a const struct device *'),
  'struct bus_type.match': takes('6.11', 'it gets a const struct device_driver *'),
  'struct bus_type.uevent': takes('6.3', 'it gets a const struct device *'),
  'struct platform_driver.remove': takes('6.11', 'it returns void'),
  'struct i2c_driver.remove': takes('6.1', 'it returns void'),
  'struct i2c_driver.probe': takes('6.3', 'it gets the client alone; i2c_client_get_device_id() gives the id'),
  'struct i2c_driver.probe_new': gone('6.6', 'probe, which takes the client alone'),
  'struct spi_driver.remove': takes('5.18', 'it returns void'),
  'struct kobj_type.default_attrs': gone('5.18', 'default_groups and ATTRIBUTE_GROUPS()'),
  acpi_bus_get_device: gone('5.18', 'acpi_fetch_acpi_dev()'),
  no_llseek: simply('6.12', 'leave llseek out'),
  'struct file_operations.ioctl': gone('2.6.36', 'unlocked_ioctl'),
  'struct file_operations.iterate': gone('6.6', 'iterate_shared'),
  proc_create: takes('5.6', 'it takes a struct proc_ops instead of struct file_operations'),
  proc_create_data: takes('5.6', 'it takes a struct proc_ops instead of struct file_operations'),
  PDE_DATA: gone('5.17', 'pde_data()'),
  register_sysctl_table: gone('6.5', 'register_sysctl()'),
  alloc_tty_driver: gone('5.15', 'tty_alloc_driver()'),
  put_tty_driver: gone('5.15', 'tty_driver_kref_put()'),

  // Memory.
  access_ok: takes('5.0', 'it takes address and size, without VERIFY_READ or VERIFY_WRITE'),
  VERIFY_READ: simply('5.0', 'access_ok() takes address and size'),
  VERIFY_WRITE: simply('5.0', 'access_ok() takes address and size'),
  ioremap_nocache: gone('5.6', 'ioremap()'),
  devm_ioremap_nocache: gone('5.6', 'devm_ioremap()'),
  __vmalloc: takes('5.8', 'it takes size and flags, without a pgprot'),
  use_mm: gone('5.8', 'kthread_use_mm()'),
  unuse_mm: gone('5.8', 'kthread_unuse_mm()'),
  'struct mm_struct.mmap_sem': gone('5.8', 'mmap_read_lock(), mmap_write_lock() and their kin (the member is mmap_lock)'),
  kzfree: gone('5.10', 'kfree_sensitive()'),
  set_fs: gone('5.10 on x86, 5.18 everywhere', 'kernel_read(), kernel_write() or the function for kernel pointers'),
  get_fs: gone('5.10 on x86, 5.18 everywhere', 'kernel_read(), kernel_write() or the function for kernel pointers'),
  pci_set_dma_mask: gone('5.18', 'dma_set_mask()'),
  pci_set_consistent_dma_mask: gone('5.18', 'dma_set_coherent_mask()'),
  pci_alloc_consistent: gone('5.18', 'dma_alloc_coherent()'),
  pci_free_consistent: gone('5.18', 'dma_free_coherent()'),
  pci_map_single: gone('5.18', 'dma_map_single()'),
  pci_unmap_single: gone('5.18', 'dma_unmap_single()'),
  register_shrinker: gone('6.7', 'shrinker_alloc() and shrinker_register()'),
  'struct vm_area_struct.vm_flags': takes('6.3', 'it is read only; vm_flags_set(), vm_flags_clear() and vm_flags_mod() change it'),
  get_user_pages: takes('6.5', 'it no longer takes the array of vm_area_structs'),
  get_user_pages_remote: takes('6.5', 'it no longer takes the array of vm_area_structs'),
  pin_user_pages: takes('6.5', 'it no longer takes the array of vm_area_structs'),

  // Strings and random numbers.
  strlcpy: gone('6.8', 'strscpy(), which returns -E2BIG when it cuts'),
  prandom_u32: gone('6.1', 'get_random_u32()'),
  prandom_u32_max: gone('6.2', 'get_random_u32_below()'),

  // Tasks.
  signal_pending: takes('4.11', 'it is declared in <linux/sched/signal.h>'),
  send_sig: takes('4.11', 'it is declared in <linux/sched/signal.h>'),
  allow_signal: takes('4.11', 'it is declared in <linux/sched/signal.h>'),
  sched_setscheduler: takes('5.9', 'modules no longer get it; sched_set_fifo(), sched_set_fifo_low() and sched_set_normal() are exported'),
  complete_and_exit: gone('5.17', 'kthread_complete_and_exit()'),
  do_exit: takes('5.17', 'modules no longer get it; use kthread_exit()'),
  kallsyms_lookup_name: takes('5.7', 'modules no longer get it; use symbols that are exported'),

  // Block, files.
  generic_make_request: gone('5.9', 'submit_bio_noacct()'),
  alloc_disk: gone('5.15', 'blk_alloc_disk() or blk_mq_alloc_disk()'),
  blk_cleanup_disk: gone('6.0', 'put_disk()'),
  bio_alloc: takes('5.18', 'it takes block device, number of vectors, operation and flags'),
  generic_file_splice_read: gone('6.5', 'filemap_splice_read() or copy_splice_read()'),
  'struct address_space_operations.readpage': gone('5.19', 'read_folio'),
  'struct address_space_operations.set_page_dirty': gone('5.18', 'dirty_folio'),
  'struct inode.i_ctime': gone('6.6', 'inode_get_ctime() and inode_set_ctime_to_ts()'),
  'struct inode.i_mtime': gone('6.7', 'inode_get_mtime() and inode_set_mtime_to_ts()'),
  'struct inode.i_atime': gone('6.7', 'inode_get_atime() and inode_set_atime_to_ts()'),
  'struct iov_iter.iov': gone('6.4', 'iter_iov()'),

  // Network.
  netif_rx_ni: gone('5.18', 'netif_rx()'),
  netif_napi_add: takes('6.1', 'it no longer takes a weight; netif_napi_add_weight() does'),
  kernel_setsockopt: gone('5.8', 'the function for that option, such as sock_set_reuseaddr() or tcp_sock_set_nodelay()'),
  'struct proto_ops.sendpage': gone('6.5', 'sendmsg with MSG_SPLICE_PAGES'),

  // Media.
  VFL_TYPE_GRABBER: gone('5.7', 'VFL_TYPE_VIDEO'),

  // Headers and macros.
  'asm/unaligned.h': gone('6.12', '<linux/unaligned.h>'),
  'linux/genhd.h': gone('5.18', '<linux/blkdev.h>'),
  'linux/dma-buf-map.h': gone('5.18', '<linux/iosys-map.h>'),
  'stdarg.h': gone('5.15', '<linux/stdarg.h>'),
  MODULE_IMPORT_NS: takes('6.13', 'the namespace is a string: MODULE_IMPORT_NS("NAME")'),
}

/**
 * What became of a function, type, macro, header or member, as one sentence; undefined for what the table does not know. A compiler's
 * `const struct x` is the same as `struct x`.
 */
export function changeOf(symbol: string, struct?: string): string | undefined {
  const own = struct?.replace(/^(?:const |volatile )+/, '')
  const name = own === undefined ? [symbol, `struct ${symbol}`].find((key) => Object.hasOwn(CHANGES, key)) : Object.keys(CHANGES).find((key) => key === `${own}.${symbol}`)
  const found = name === undefined ? undefined : CHANGES[name]
  return name === undefined || found === undefined ? undefined : `${name} ${found.now}.`
}

/** Types of callbacks, as compilers print those that they expected, and the members that have them. */
const CALLBACKS: Readonly<Record<string, string>> = {
  'void (*)(struct platform_device *)': 'struct platform_driver.remove',
  'void (*)(struct i2c_client *)': 'struct i2c_driver.remove',
  'int (*)(struct i2c_client *)': 'struct i2c_driver.probe',
  'void (*)(struct spi_device *)': 'struct spi_driver.remove',
  'int (*)(struct device *, const struct device_driver *)': 'struct bus_type.match',
  'int (*)(const struct device *, struct kobj_uevent_env *)': 'struct bus_type.uevent',
  'char * (*)(const struct device *, umode_t *)': 'struct class.devnode',
}

/** The change behind a function that is not of the type that was expected. */
export function changeOfCallback(expected: string): string | undefined {
  const type = expected.replace(/(?<=\w|\))\s*\*\s*(?=\(\*\))/, ' * ').replace(/\(\* ?(?:const)?\)/, '(*)')
  const name = Object.hasOwn(CALLBACKS, type) ? CALLBACKS[type] : undefined
  const found = name === undefined ? undefined : CHANGES[name]
  return name === undefined || found === undefined ? undefined : `${name} ${found.now}.`
}

/** Names of the table, for its tests. */
export function knownChanges(): readonly { readonly name: string; readonly since: string }[] {
  return Object.entries(CHANGES).map(([name, { since }]) => ({ name, since }))
}
