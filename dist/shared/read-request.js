import { lstat, mkdtemp, readdir, stat, readFile, mkdir, writeFile, access, rename, rm, copyFile, realpath } from 'node:fs/promises';
import { join, dirname, relative, basename, resolve } from 'node:path';
import { rmSync, writeSync, readdirSync, readFileSync, createReadStream } from 'node:fs';
import { constants } from 'node:os';
import { createHash } from 'node:crypto';

class ElfError extends Error {
  name = "ElfError";
}
function integer$1(data, offset, bytes, what, bigEndian = false) {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`);
  if (bytes < 8) return bigEndian ? data.readUIntBE(offset, bytes) : data.readUIntLE(offset, bytes);
  return safe(bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset), what);
}
function wide(data, offset, what, bigEndian = false) {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + 8 > data.length) throw new ElfError(`${what}: offset ${offset} is outside the file of ${data.length} bytes`);
  return bigEndian ? data.readBigUInt64BE(offset) : data.readBigUInt64LE(offset);
}
function safe(value, what) {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new ElfError(`${what}: ${number} is too large`);
  return number;
}
function range(data, offset, length, what) {
  if (offset < 0 || length < 0 || offset + length > data.length) throw new ElfError(`${what}: bytes ${offset} to ${offset + length} are outside the file of ${data.length} bytes`);
  return data.subarray(offset, offset + length);
}

const ET_REL = 1;
const EM_386 = 3;
const EM_MIPS = 8;
const EM_ARM = 40;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const MACHINES$1 = {
  2: "EM_SPARC",
  3: "EM_386",
  4: "EM_68K",
  8: "EM_MIPS",
  15: "EM_PARISC",
  18: "EM_SPARC32PLUS",
  20: "EM_PPC",
  21: "EM_PPC64",
  22: "EM_S390",
  40: "EM_ARM",
  42: "EM_SH",
  43: "EM_SPARCV9",
  50: "EM_IA_64",
  62: "EM_X86_64",
  92: "EM_OPENRISC",
  93: "EM_ARCOMPACT",
  94: "EM_XTENSA",
  113: "EM_ALTERA_NIOS2",
  164: "EM_HEXAGON",
  183: "EM_AARCH64",
  189: "EM_MICROBLAZE",
  195: "EM_ARCV2",
  243: "EM_RISCV",
  247: "EM_BPF",
  252: "EM_CSKY",
  258: "EM_LOONGARCH",
  36902: "EM_ALPHA"
};
function machineName(machine) {
  return MACHINES$1[machine] ?? `machine ${machine}`;
}
function describeIdentity({ bits, bigEndian, machine }) {
  return `${bits}-bit ${bigEndian ? "big" : "little"}-endian ${machineName(machine)}`;
}
function identifyElf(data) {
  if (data.length < 20 || data.readUInt32BE(0) !== 2135247942) throw new ElfError("ELF header: the file does not begin with \\x7fELF");
  const [bits, encoding] = [integer$1(data, 4, 1, "ELF header: class"), integer$1(data, 5, 1, "ELF header: encoding")];
  if (bits !== 1 && bits !== 2) throw new ElfError(`ELF header: class ${bits} is neither 32-bit nor 64-bit`);
  if (encoding !== 1 && encoding !== 2) throw new ElfError(`ELF header: encoding ${encoding} is neither little- nor big-endian`);
  const bigEndian = encoding === 2;
  return { bits: bits === 1 ? 32 : 64, bigEndian, type: integer$1(data, 16, 2, "ELF header: type", bigEndian), machine: integer$1(data, 18, 2, "ELF header: machine", bigEndian) };
}

const POWER_OFF = "poweroff -f; sleep 2; reboot -f";
const ARCHITECTURES = {
  amd64: {
    name: "amd64",
    suffixes: [],
    node: "x64",
    uname: "x86_64",
    kernelArch: "x86",
    srcarch: "x86",
    // The bzImage's payload is the stripped vmlinux.
    images: ["arch/x86/boot/bzImage", "vmlinux"],
    vmlinuz: "bzImage",
    unneeded: ["arch/[!x]*/*.[chS]", "arch/[!x]*/*.dts*"],
    elf: { machine: EM_X86_64, programs: [EM_X86_64, EM_386] },
    crossPrefix: "x86_64-linux-gnu-",
    crossPackages: "x86-64-linux-gnu",
    crossLibrary: "libc6-dev-amd64-cross",
    makeVariables: [],
    prepareVariables: [],
    qemu: {
      program: "qemu-system-x86_64",
      package: "qemu-system-x86",
      elsewhere: "Fedora: dnf install qemu-system-x86-core; Arch: pacman -S qemu-system-x86",
      // la57 is emulated slowly and five-level page tables change nothing for a module.
      cpu: { kvm: "host", tcg: "max,la57=off" },
      // On a busy machine the kernel would find that an emulated timer ticks too slowly, and panic ("IO-APIC + timer doesn't work").
      parameters: ["no_timer_check", "console=ttyS0", "tsc=reliable", "i8042.noaux"],
      reserve: (bytes, address) => `memmap=0x${bytes.toString(16)}$0x${address.toString(16)}`
    },
    machines: {
      // How fast the timer of the APIC runs takes a tenth of a second to find out; one processor does as well with the HPET (arch/x86/kernel/apic/apic.c).
      q35: { machine: "q35", results: ["-serial", "chardev:results"], port: "ttyS1", parameters: [], emulatedAlone: ["nolapic_timer"], ending: POWER_OFF, pci: true },
      // It brings one serial port; the second is put on its ISA bus where PCs have COM2 (hw/i386/microvm.c). With its reduced ACPI the kernel finds no
      // clock to calibrate the TSC by under TCG, and stands still; without ACPI nothing can be powered off, so such a guest ends by a triple fault.
      microvm: { machine: "microvm,rtc=on,acpi=off", results: ["-device", "isa-serial,index=1,chardev=results"], port: "ttyS1", parameters: ["reboot=t"], ending: "reboot -f", pci: false }
    },
    debugger: { architecture: "i386:x86-64", firstArgument: "$rdi" },
    autopsy: true
  },
  arm64: {
    name: "arm64",
    suffixes: ["16k"],
    node: "arm64",
    uname: "aarch64",
    kernelArch: "arm64",
    srcarch: "arm64",
    images: ["arch/arm64/boot/Image", "arch/arm64/boot/Image.gz"],
    vmlinuz: "Image",
    // Some of its headers include those of arch/arm.
    unneeded: ["arch/[!a]*/*.[chS]", "arch/a[!r]*/*.[chS]", "arch/arc/*.[chS]", "arch/arm/*.[cS]", "arch/*/*.dts*"],
    elf: { machine: EM_AARCH64, programs: [EM_AARCH64, EM_ARM] },
    crossPrefix: "aarch64-linux-gnu-",
    crossPackages: "aarch64-linux-gnu",
    crossLibrary: "libc6-dev-arm64-cross",
    // COMPAT_VDSO depends on it (arch/arm64/Kconfig); nothing of that name is called, see below.
    makeVariables: ["CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-"],
    // The vDSO for 32-bit programs is compiled by `prepare` (arch/arm64/Makefile, vdso_prepare), with a compiler for 32-bit ARM.
    prepareVariables: ["CONFIG_COMPAT_VDSO="],
    qemu: {
      program: "qemu-system-aarch64",
      package: "qemu-system-arm",
      elsewhere: "Fedora: dnf install qemu-system-aarch64-core; Arch: pacman -S qemu-system-aarch64",
      // The pointer authentication of the architecture's own cipher is emulated slowly; any other cipher does for a kernel.
      cpu: { kvm: "host", tcg: "max,pauth-impdef=on" },
      parameters: ["console=ttyAMA0"]
    },
    machines: {
      // It has one serial port, a PL011. A 16550 on PCI is the second: SERIAL_8250_PCI is built into all flavours, virtio-console is a module up to 6.1.
      virt: { machine: "virt,gic-version=max", results: ["-device", "pci-serial,chardev=results"], port: "ttyS0", parameters: [], ending: POWER_OFF, pci: true }
    },
    debugger: { architecture: "aarch64", firstArgument: "$x0" },
    autopsy: false
  }
};
const ROWS$1 = Object.values(ARCHITECTURES);
function architectureNamed(name) {
  return ROWS$1.find((row) => row.name === name);
}
function architectureOfMachine(machine) {
  return ROWS$1.find(({ elf }) => elf.machine === machine);
}
function nativeArchitecture(node = process.arch) {
  return ROWS$1.find((row) => row.node === node);
}
function crossFor(architecture, native = nativeArchitecture()) {
  return architecture === native ? void 0 : architecture;
}
function architectureOfFlavour(flavour) {
  const words = flavour.split("-");
  return ROWS$1.find(({ name }) => words.includes(name));
}
function architectureOf({ flavour }) {
  const found = architectureOfFlavour(flavour);
  if (found === void 0) throw new Error(`flavour ${flavour} names no architecture`);
  return found;
}
function machineNamed(type) {
  for (const architecture of ROWS$1) {
    const row = architecture.machines[type];
    if (row !== void 0) return { architecture, row };
  }
  throw new Error(`no architecture has the machine ${type}`);
}
function machinesOf({ machines }) {
  return Object.keys(machines);
}

const LOOK = 1e3;
async function telling(log, what, far, work) {
  const began = process.hrtime.bigint();
  const state = { looking: false, over: false };
  const look = async () => {
    if (state.looking) return;
    state.looking = true;
    const words = await Promise.resolve(far(Number(process.hrtime.bigint() - began) / 1e9)).catch(() => void 0);
    state.looking = false;
    if (words !== void 0 && !state.over) log.progress(what, words);
  };
  const timer = setInterval(() => void look(), LOOK);
  try {
    return await work;
  } finally {
    state.over = true;
    clearInterval(timer);
    log.progress(what);
  }
}
class ProgressBoard {
  #works = /* @__PURE__ */ new Map();
  /** Takes what is said of a work; undefined when it is over. */
  say(what, far) {
    if (far === void 0) this.#works.delete(what);
    else this.#works.set(what, far);
  }
  /** Empty when nothing goes on. */
  get line() {
    return [...this.#works].map(([what, far]) => `${what}: ${far}`).join(" \xB7 ");
  }
}
function amount$1(done, total, seconds) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 995e4 ? 1 : 0);
  const of = total > 0 ? ` of ${megabytes(total)}` : "";
  return `${megabytes(done)}${of} MB, ${megabytes(seconds > 0 ? done / seconds : 0)} MB/s`;
}

function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
function byteSize(bytes) {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 999950 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

async function exists(path) {
  return lstat(path).then(
    () => true,
    () => false
  );
}

const made = /* @__PURE__ */ new Set();
async function makeScratch(prefix) {
  const directory = await mkdtemp(prefix);
  made.add(directory);
  return directory;
}
function dropScratch() {
  for (const directory of made) {
    try {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    } catch {
    }
  }
}

class UsageError extends Error {
  constructor(input, value, allowed) {
    super(`${input}: ${JSON.stringify(value)} cannot be used. ${allowed}`);
    this.input = input;
    this.value = value;
    this.allowed = allowed;
  }
  input;
  value;
  allowed;
  name = "UsageError";
}
class GateError extends Error {
  constructor(finding) {
    super(finding.title);
    this.finding = finding;
  }
  finding;
  name = "GateError";
}

function firstOf(items, most) {
  return { shown: items.slice(0, most), more: Math.max(0, items.length - most) };
}
function firstLines(text, most) {
  const { shown, more } = firstOf(text.replace(/\n+$/, "").split("\n"), most);
  return more === 0 ? shown.join("\n") : [...shown, `and ${more} more lines`].join("\n");
}
function lastLines(text, most) {
  const lines = text.replace(/\n+$/, "").split("\n");
  const before = lines.length - most;
  return before <= 0 ? lines.join("\n") : [`(${before} lines before)`, ...lines.slice(before)].join("\n");
}

const gone = (since, now) => ({ since, now: `is gone since ${since}; use ${now}` });
const simply = (since, why) => ({ since, now: `is gone since ${since}: ${why}` });
const takes = (since, now) => ({ since, now: `changed in ${since}: ${now}` });
const CHANGES = {
  // Timers and time.
  init_timer: gone("4.15", "timer_setup()"),
  setup_timer: gone("4.15", "timer_setup()"),
  do_gettimeofday: gone("5.0", "ktime_get_real_ts64()"),
  getnstimeofday: gone("5.6", "ktime_get_real_ts64()"),
  "struct timeval": gone("5.6", "struct timespec64, or ktime_t"),
  "struct timespec": gone("5.6", "struct timespec64"),
  del_timer: gone("6.15", "timer_delete()"),
  del_timer_sync: gone("6.15", "timer_delete_sync()"),
  hrtimer_init: gone("6.15", "hrtimer_setup(), which also takes the function"),
  from_timer: gone("6.16", "timer_container_of()"),
  // Devices, drivers, classes.
  class_create: takes("6.4", "it takes the name alone, without THIS_MODULE"),
  "struct class.owner": simply("6.4", "leave it out"),
  "struct class.devnode": takes("6.2", "it gets a const struct device *"),
  "struct bus_type.match": takes("6.11", "it gets a const struct device_driver *"),
  "struct bus_type.uevent": takes("6.3", "it gets a const struct device *"),
  "struct platform_driver.remove": takes("6.11", "it returns void"),
  "struct i2c_driver.remove": takes("6.1", "it returns void"),
  "struct i2c_driver.probe": takes("6.3", "it gets the client alone; i2c_client_get_device_id() gives the id"),
  "struct i2c_driver.probe_new": gone("6.6", "probe, which takes the client alone"),
  "struct spi_driver.remove": takes("5.18", "it returns void"),
  "struct kobj_type.default_attrs": gone("5.18", "default_groups and ATTRIBUTE_GROUPS()"),
  acpi_bus_get_device: gone("5.18", "acpi_fetch_acpi_dev()"),
  no_llseek: simply("6.12", "leave llseek out"),
  "struct file_operations.ioctl": gone("2.6.36", "unlocked_ioctl"),
  "struct file_operations.iterate": gone("6.6", "iterate_shared"),
  proc_create: takes("5.6", "it takes a struct proc_ops instead of struct file_operations"),
  proc_create_data: takes("5.6", "it takes a struct proc_ops instead of struct file_operations"),
  PDE_DATA: gone("5.17", "pde_data()"),
  register_sysctl_table: gone("6.5", "register_sysctl()"),
  alloc_tty_driver: gone("5.15", "tty_alloc_driver()"),
  put_tty_driver: gone("5.15", "tty_driver_kref_put()"),
  // Memory.
  access_ok: takes("5.0", "it takes address and size, without VERIFY_READ or VERIFY_WRITE"),
  VERIFY_READ: simply("5.0", "access_ok() takes address and size"),
  VERIFY_WRITE: simply("5.0", "access_ok() takes address and size"),
  ioremap_nocache: gone("5.6", "ioremap()"),
  devm_ioremap_nocache: gone("5.6", "devm_ioremap()"),
  __vmalloc: takes("5.8", "it takes size and flags, without a pgprot"),
  use_mm: gone("5.8", "kthread_use_mm()"),
  unuse_mm: gone("5.8", "kthread_unuse_mm()"),
  "struct mm_struct.mmap_sem": gone("5.8", "mmap_read_lock(), mmap_write_lock() and their kin (the member is mmap_lock)"),
  kzfree: gone("5.10", "kfree_sensitive()"),
  set_fs: gone("5.10 on x86, 5.18 everywhere", "kernel_read(), kernel_write() or the function for kernel pointers"),
  get_fs: gone("5.10 on x86, 5.18 everywhere", "kernel_read(), kernel_write() or the function for kernel pointers"),
  pci_set_dma_mask: gone("5.18", "dma_set_mask()"),
  pci_set_consistent_dma_mask: gone("5.18", "dma_set_coherent_mask()"),
  pci_alloc_consistent: gone("5.18", "dma_alloc_coherent()"),
  pci_free_consistent: gone("5.18", "dma_free_coherent()"),
  pci_map_single: gone("5.18", "dma_map_single()"),
  pci_unmap_single: gone("5.18", "dma_unmap_single()"),
  register_shrinker: gone("6.7", "shrinker_alloc() and shrinker_register()"),
  "struct vm_area_struct.vm_flags": takes("6.3", "it is read only; vm_flags_set(), vm_flags_clear() and vm_flags_mod() change it"),
  get_user_pages: takes("6.5", "it no longer takes the array of vm_area_structs"),
  get_user_pages_remote: takes("6.5", "it no longer takes the array of vm_area_structs"),
  pin_user_pages: takes("6.5", "it no longer takes the array of vm_area_structs"),
  // Strings and random numbers.
  strlcpy: gone("6.8", "strscpy(), which returns -E2BIG when it cuts"),
  prandom_u32: gone("6.1", "get_random_u32()"),
  prandom_u32_max: gone("6.2", "get_random_u32_below()"),
  // Tasks.
  signal_pending: takes("4.11", "it is declared in <linux/sched/signal.h>"),
  send_sig: takes("4.11", "it is declared in <linux/sched/signal.h>"),
  allow_signal: takes("4.11", "it is declared in <linux/sched/signal.h>"),
  sched_setscheduler: takes("5.9", "modules no longer get it; sched_set_fifo(), sched_set_fifo_low() and sched_set_normal() are exported"),
  complete_and_exit: gone("5.17", "kthread_complete_and_exit()"),
  do_exit: takes("5.17", "modules no longer get it; use kthread_exit()"),
  kallsyms_lookup_name: takes("5.7", "modules no longer get it; use symbols that are exported"),
  // Block, files.
  generic_make_request: gone("5.9", "submit_bio_noacct()"),
  alloc_disk: gone("5.15", "blk_alloc_disk() or blk_mq_alloc_disk()"),
  blk_cleanup_disk: gone("6.0", "put_disk()"),
  bio_alloc: takes("5.18", "it takes block device, number of vectors, operation and flags"),
  generic_file_splice_read: gone("6.5", "filemap_splice_read() or copy_splice_read()"),
  "struct address_space_operations.readpage": gone("5.19", "read_folio"),
  "struct address_space_operations.set_page_dirty": gone("5.18", "dirty_folio"),
  "struct inode.i_ctime": gone("6.6", "inode_get_ctime() and inode_set_ctime_to_ts()"),
  "struct inode.i_mtime": gone("6.7", "inode_get_mtime() and inode_set_mtime_to_ts()"),
  "struct inode.i_atime": gone("6.7", "inode_get_atime() and inode_set_atime_to_ts()"),
  "struct iov_iter.iov": gone("6.4", "iter_iov()"),
  // Network.
  netif_rx_ni: gone("5.18", "netif_rx()"),
  netif_napi_add: takes("6.1", "it no longer takes a weight; netif_napi_add_weight() does"),
  kernel_setsockopt: gone("5.8", "the function for that option, such as sock_set_reuseaddr() or tcp_sock_set_nodelay()"),
  "struct proto_ops.sendpage": gone("6.5", "sendmsg with MSG_SPLICE_PAGES"),
  // Media.
  VFL_TYPE_GRABBER: gone("5.7", "VFL_TYPE_VIDEO"),
  // Headers and macros.
  "asm/unaligned.h": gone("6.12", "<linux/unaligned.h>"),
  "linux/genhd.h": gone("5.18", "<linux/blkdev.h>"),
  "linux/dma-buf-map.h": gone("5.18", "<linux/iosys-map.h>"),
  "stdarg.h": gone("5.15", "<linux/stdarg.h>"),
  MODULE_IMPORT_NS: takes("6.13", 'the namespace is a string: MODULE_IMPORT_NS("NAME")')
};
function changeOf(symbol, struct) {
  const own = struct?.replace(/^(?:const |volatile )+/, "");
  const name = own === void 0 ? [symbol, `struct ${symbol}`].find((key) => Object.hasOwn(CHANGES, key)) : Object.keys(CHANGES).find((key) => key === `${own}.${symbol}`);
  const found = name === void 0 ? void 0 : CHANGES[name];
  return name === void 0 || found === void 0 ? void 0 : `${name} ${found.now}.`;
}
const CALLBACKS = {
  "void (*)(struct platform_device *)": "struct platform_driver.remove",
  "void (*)(struct i2c_client *)": "struct i2c_driver.remove",
  "int (*)(struct i2c_client *)": "struct i2c_driver.probe",
  "void (*)(struct spi_device *)": "struct spi_driver.remove",
  "int (*)(struct device *, const struct device_driver *)": "struct bus_type.match",
  "int (*)(const struct device *, struct kobj_uevent_env *)": "struct bus_type.uevent",
  "char * (*)(const struct device *, umode_t *)": "struct class.devnode"
};
function changeOfCallback(expected) {
  const type = expected.replace(/(?<=\w|\))\s*\*\s*(?=\(\*\))/, " * ").replace(/\(\* ?(?:const)?\)/, "(*)");
  const name = Object.hasOwn(CALLBACKS, type) ? CALLBACKS[type] : void 0;
  const found = name === void 0 ? void 0 : CHANGES[name];
  return name === void 0 || found === void 0 ? void 0 : `${name} ${found.now}.`;
}

function said(groups, name) {
  return groups[name] ?? "";
}
function forKernel({ release }) {
  return release === void 0 ? "the kernel that is to load it" : release;
}

const CURRENT = "The kernel\u2019s interface for modules is not fixed: functions are renamed, get other parameters, or go.";
const COMPILER = [
  {
    id: "build-undeclared-function",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    compiler: [/^implicit declaration of function '(?<symbol>\w{1,200})'/, /^call to undeclared function '(?<symbol>\w{1,200})'/],
    title: (groups) => `The headers of this kernel declare no function ${said(groups, "symbol")}, or the source does not include the right one`,
    explanation: `${CURRENT} Some only moved: a header that was included by way of another no longer is.`,
    remedy: (groups) => `Include the header that declares ${said(groups, "symbol")} now, or use what has taken its place, with #if LINUX_VERSION_CODE where older kernels must do too.`
  },
  {
    id: "build-undeclared-name",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    yields: true,
    // After a macro that got the wrong number of arguments gcc also says that its name is not declared.
    compiler: [/^'(?<symbol>\w{1,200})' undeclared\b/, /^use of undeclared identifier '(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, "symbol")} is not known to this kernel\u2019s headers`,
    explanation: `A constant, a macro or a variable is gone, or its header is not included. ${CURRENT}`,
    remedy: (groups) => `Include the header that defines ${said(groups, "symbol")} now, or use what has taken its place.`
  },
  {
    id: "build-argument-count",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    compiler: [/^too (?<how>few|many) arguments to function '(?<symbol>\w{1,200})'/, /^too (?<how>few|many) arguments to function call, (?:single argument|expected) /, /^macro "(?<symbol>\w{1,200})" (?:requires|passed) \d{1,4} arguments?, but /, /^too (?<how>few|many) arguments provided to function-like macro invocation/],
    title: (groups) => `${said(groups, "symbol") || "A function"} takes another number of arguments in this kernel`,
    explanation: CURRENT,
    remedy: (groups) => `Call ${said(groups, "symbol") || "it"} as this kernel declares it, with #if LINUX_VERSION_CODE where older kernels must do too.`
  },
  {
    id: "build-unknown-type",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    compiler: [/^unknown type name '(?<symbol>\w{1,200})'/, /^(?:storage size of '\w{1,200}' isn't known|(?:field|variable|parameter \d+) '?\w{0,200}'? ?(?:\('\w{1,200}'\) )?has (?:incomplete type|initializer but incomplete type))/, /^(?:invalid use of undefined type|invalid application of 'sizeof' to incomplete type|dereferencing pointer to incomplete type|incomplete definition of type|variable has incomplete type) '(?<symbol>(?:struct |union |enum )?\w{1,200})'/],
    title: (groups) => said(groups, "symbol") === "" ? "The type of a variable or member is not defined in this kernel\u2019s headers" : `This kernel\u2019s headers do not define ${said(groups, "symbol")} here`,
    explanation: `The type is gone, was renamed, or became private to the kernel; or its header is not included. ${CURRENT}`,
    remedy: () => "Include the header that defines it now, or use the functions that reach what is inside."
  },
  {
    id: "build-no-member",
    stage: "build",
    weight: "cause",
    symbol: "member",
    compiler: [/^'(?<struct>(?:const |volatile )?(?:struct |union )?\w{1,200})' has no member named '(?<member>\w{1,200})'/, /^no member named '(?<member>\w{1,200})' in '(?<struct>(?:struct |union )?\w{1,200})'/, /^field designator '(?<member>\w{1,200})' does not refer to any field in type '(?<struct>(?:const )?(?:struct |union )?\w{1,200})'/, /^unknown field '(?<member>\w{1,200})' specified in initializer/],
    title: (groups) => `${said(groups, "struct") || "A structure"} has no member ${said(groups, "member")} in this kernel`,
    explanation: `${CURRENT} Members are kernel matters even more than functions.`,
    remedy: () => "Look at the structure in this kernel\u2019s headers and use the member, or the function, that has taken its place."
  },
  {
    id: "build-incompatible-pointer",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    compiler: [/^passing argument (?<number>\d{1,4}) of '(?<symbol>\w{1,200})' (?:from incompatible pointer type|makes (?:pointer|integer) from )/, /^(?:initialization of|assignment to) '(?<expected>[^']{1,300})'(?: \{aka '[^']{1,300}'\})? from incompatible pointer type/, /^incompatible (?:function )?pointer types (?:initializing|assigning to) '(?<expected>[^']{1,300})'/, /^incompatible (?:function )?pointer types (?:passing|initializing|assigning)/, /^(?:initialization|assignment|returning '.{1,300}')(?: of '.{1,300}')? (?:makes|from) (?:pointer|integer) (?:from|to)/],
    title: (groups) => said(groups, "expected") !== "" ? `This kernel expects another type here: ${said(groups, "expected")}` : said(groups, "symbol") === "" ? "A function or a pointer has another type than this kernel expects" : `${said(groups, "symbol")} takes another type as argument ${said(groups, "number")} in this kernel`,
    explanation: `Often a callback whose prototype changed: it gets or returns something else now. Called all the same it would read the wrong registers. ${CURRENT}`,
    remedy: () => "Give the function the prototype that the note below the message names; do not cast."
  },
  {
    id: "build-conflicting-declaration",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    compiler: [/^conflicting types for '(?<symbol>\w{1,200})'/, /^(?:redefinition|redeclaration) of '(?:struct |union |enum )?(?<symbol>\w{1,200})'/, /^static declaration of '(?<symbol>\w{1,200})' follows non-static declaration/, /^"(?<symbol>\w{1,200})" redefined/, /^redeclaration of enumerator '(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, "symbol")} is declared by the kernel as well, and otherwise`,
    explanation: "The source brings its own version of something that this kernel now has (a compatibility layer for older kernels), or means another thing by the same name. Distributions carry newer interfaces back, so a version number alone does not tell.",
    remedy: (groups) => `Define ${said(groups, "symbol")} only for kernels without it, or rename yours.`
  },
  {
    id: "build-host-header",
    stage: "build",
    weight: "cause",
    compiler: [/^(?<header>(?:libelf|gelf|elf|dwarf|zlib|stdio|stdlib|sys\/types|ncurses|curses)\.h|(?:openssl|elfutils|bpf)\/[\w.-]{1,80}): No such file or directory/, /^'(?<header>(?:libelf|gelf|elf|dwarf|zlib|stdio|stdlib|sys\/types|ncurses|curses)\.h|(?:openssl|elfutils|bpf)\/[\w.-]{1,80})' file not found/],
    build: [/^error: Cannot (?:generate ORC metadata|resolve BTF IDs|use CONFIG_STACK_VALIDATION=y).{0,100}(?:libelf|elfutils)/, /^Makefile:\d{1,6}: \*\*\* "?Cannot generate ORC metadata for CONFIG_UNWINDER_ORC=y.{0,200}libelf/],
    title: (groups) => `A header for the kernel\u2019s build tools is missing${said(groups, "header") === "" ? ": libelf\u2019s" : `: ${said(groups, "header")}`}`,
    explanation: "objtool, modpost and sign-file are programs of the building machine, and need its libraries\u2019 headers.",
    remedy: (groups) => `Install ${HOST_HEADERS.find(([name]) => said(groups, "header").startsWith(name))?.[1] ?? "libelf-dev"}.`
  },
  {
    id: "build-header-missing",
    stage: "build",
    weight: "cause",
    symbol: "header",
    compiler: [/^(?<header>[\w./+-]{1,200}): No such file or directory/, /^'(?<header>[\w./+-]{1,200})' file not found/],
    title: (groups) => `There is no header ${said(groups, "header")} where the build looks for it`,
    explanation: "Headers of the kernel move and go as functions do. A header of the driver itself needs an -I in ccflags-y, with $(src) in front: make runs in the kernel\u2019s tree.",
    remedy: (groups) => `Include what has taken the place of ${said(groups, "header")}; for your own headers say ccflags-y += -I$(src)/include (EXTRA_CFLAGS is ignored since 6.15).`
  },
  {
    id: "build-floating-point",
    stage: "build",
    weight: "cause",
    compiler: [/^SSE (?:register return|register argument|vector return|vector argument) with SSE disabled/, /^'-mgeneral-regs-only' is incompatible with the use of floating-point types/],
    title: () => "The source uses floating point, which kernel code may not",
    explanation: "The kernel does not save floating point registers for itself, and the compiler is told not to use them.",
    remedy: () => "Calculate in integers."
  },
  {
    id: "build-missing-prototype",
    stage: "build",
    weight: "harmless",
    symbol: "symbol",
    compiler: [/^no previous (?:prototype|declaration) for (?:function )?'(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, "symbol")} is neither static nor declared in a header`,
    explanation: "Kernels since 6.8 ask for one or the other. It is a warning only.",
    remedy: () => "Make it static where one file uses it, or declare it in a header that both files include."
  },
  {
    id: "build-compiler-flag",
    stage: "build",
    weight: "cause",
    compiler: [/^unrecognized command-line option '(?<flag>-[^']{1,200})'/, /^unknown argument: '(?<flag>-[^']{1,200})'/, /^unsupported option '(?<flag>-[^']{1,200})'/, /^unrecognized argument (?:in|to) option '(?<flag>-[^']{1,200})'/, /^bad value '?(?<value>[^']{1,100})'? for '?(?<flag>-m[^' ]{1,100})'? switch/, /^unknown value '(?<value>[^']{1,100})' for '(?<flag>-m[^']{1,100})'/],
    title: (groups) => `The compiler does not know ${said(groups, "flag")}${said(groups, "value")}`,
    explanation: "The kernel\u2019s configuration was made with another compiler, whose abilities it holds: a newer one, or clang instead of gcc. A value of -march that is unknown means a compiler for another processor.",
    remedy: (_, { compiler }) => `Build with the compiler that built the kernel${compiler === void 0 ? " (the first word of CONFIG_CC_VERSION_TEXT)" : `: make CC=${compiler}`}.`
  },
  {
    id: "build-compiler-plugin",
    stage: "build",
    weight: "cause",
    compiler: [/^incompatible gcc\/plugin versions/, /^(?:cannot load|fail to initialize) plugin /],
    title: () => "A plugin that the kernel\u2019s build made for its compiler does not fit this one",
    explanation: "Plugins of gcc work with the very compiler that they were built for.",
    remedy: (_, { compiler }) => `Build with the compiler that built the kernel${compiler === void 0 ? "" : `, ${compiler}`}.`
  },
  {
    id: "build-warning-as-error",
    stage: "build",
    weight: "general",
    compiler: [/^(?:some|all) warnings being treated as errors/, /^.{1,400}\[-Werror[=\],]/],
    title: () => "A warning was made an error",
    explanation: "The kernel\u2019s configuration (CONFIG_WERROR), the Makefile of the module (-Werror), or a list of warnings that are always errors asks for that.",
    remedy: () => "Fix what the warning says. To build meanwhile, take -Werror out of the module\u2019s ccflags-y."
  },
  {
    id: "build-compiler-crash",
    stage: "build",
    weight: "cause",
    compiler: [/^(?:internal compiler error|Killed signal terminated program|virtual memory exhausted|out of memory allocating)/],
    build: [/^(?:virtual memory exhausted|cc1: out of memory)/],
    title: () => "The compiler was killed or crashed",
    explanation: "Mostly memory ran out: many compilers run side by side.",
    remedy: () => "Give the machine more memory or build with fewer jobs (-j)."
  }
];
const UNKNOWN = [
  {
    id: "build-source-error",
    stage: "build",
    weight: "general",
    errorsOnly: true,
    compiler: [/^(?<text>.{1,300})/],
    title: (groups) => `The compiler refuses the source: ${said(groups, "text")}`,
    explanation: "No known change of the kernel\u2019s interface is behind this message.",
    remedy: () => "Fix the source at the place that the compiler names; where it is in a header of the kernel, that header was included in the wrong order or the configuration is not the kernel\u2019s."
  }
];
const HOST_HEADERS = [
  ["openssl/", "libssl-dev"],
  ["elfutils/", "libdw-dev"],
  ["dwarf", "libdw-dev"],
  ["bpf/", "libbpf-dev"],
  ["zlib", "zlib1g-dev"],
  ["ncurses", "libncurses-dev"],
  ["curses", "libncurses-dev"],
  ["std", "libc6-dev"],
  ["sys/", "libc6-dev"]
];

const MEANING = { SMP: "CONFIG_SMP", preempt: "CONFIG_PREEMPT_BUILD", preempt_rt: "CONFIG_PREEMPT_RT", mod_unload: "CONFIG_MODULE_UNLOAD", modversions: "CONFIG_MODVERSIONS" };
function meaningOf(word) {
  if (word.startsWith("RANDSTRUCT_")) return "seed of the structure layout randomisation";
  return Object.hasOwn(MEANING, word) ? MEANING[word] ?? word : word;
}
function split(magic) {
  const end = magic.indexOf(" ") < 0 ? magic.length : magic.indexOf(" ");
  return { release: magic.slice(0, end), rest: magic.slice(end), words: magic.slice(end).split(" ").filter((word) => word !== "") };
}
function sameMagic(module, kernel, ignoreRelease) {
  return ignoreRelease ? split(module).rest === split(kernel).rest : module === kernel;
}
function compareMagic(module, kernel, ignoreRelease) {
  const [own, target] = [split(module), split(kernel)];
  const release = own.release === target.release ? [] : [{ word: "release", module: own.release, kernel: target.release, matters: !ignoreRelease }];
  const extra = own.words.filter((word) => !target.words.includes(word)).map((word) => ({ word: meaningOf(word), module: word, matters: true }));
  const missing = target.words.filter((word) => !own.words.includes(word)).map((word) => ({ word: meaningOf(word), kernel: word, matters: true }));
  const found = [...release, ...extra, ...missing];
  if (found.some(({ matters }) => matters) || sameMagic(module, kernel, ignoreRelease)) return found;
  return [...found, { word: "order or spacing of the words", module, kernel, matters: true }];
}
function checkVermagic(module, kernel, rules) {
  if (kernel === void 0) return { differences: [], problems: [], gaps: [{ what: "vermagic", why: `${module.name} could not be compared: none of the kernel\u2019s own modules was there to tell its version magic` }] };
  if (module.vermagic === void 0) return { differences: [], problems: [withoutMagic(module, rules)], gaps: [] };
  const ignoreRelease = rules.modversions && module.versions !== void 0;
  const differences = compareMagic(module.vermagic, kernel, ignoreRelease);
  const weighty = differences.filter(({ matters }) => matters);
  const detail = `module: ${module.vermagic}
kernel: ${kernel}`;
  if (weighty.length > 0) {
    const problem = { id: "abi.vermagic", severity: "fail", title: `${module.name}: the kernel refuses its version magic: ${weighty.map(describe).join("; ")}`, detail, remedy: remedyFor(weighty, kernel) };
    return { differences, problems: [problem], gaps: [] };
  }
  const notes = differences.map((difference) => ({ id: "abi.vermagic", severity: "note", title: `${module.name}: ${describe(difference)}; with MODVERSIONS this kernel ignores that word`, detail }));
  return { differences, problems: notes, gaps: [] };
}
function describe({ word, module, kernel }) {
  if (word === "release") return `it was built for release ${module ?? ""}, the kernel is ${kernel ?? ""}`;
  if (module === void 0) return `it lacks ${kernel ?? ""} (${word}), which the kernel has`;
  if (kernel === void 0) return `it has ${module} (${word}), which the kernel lacks`;
  return `${word} differs`;
}
function remedyFor(differences, kernel) {
  const { release } = split(kernel);
  return differences.every(({ word }) => word === "release") ? `Build with the headers of ${release}, and give make KERNELRELEASE=${release}.` : `Build with the headers and the .config of ${release}.`;
}
function withoutMagic({ name }, { forceLoad }) {
  const fate = forceLoad ? "the kernel takes it by force and is tainted (F)" : "the kernel refuses it";
  return { id: "abi.vermagic", severity: forceLoad ? "warning" : "fail", title: `${name} has no version magic: ${fate}`, remedy: "Give the .ko as kbuild makes it." };
}

const MACHINES = { 2: "sparc", 3: "32-bit x86", 8: "MIPS", 20: "32-bit PowerPC", 21: "64-bit PowerPC", 22: "s390", 40: "32-bit ARM", 43: "64-bit sparc", 62: "x86-64", 183: "64-bit ARM", 243: "RISC-V", 258: "LoongArch" };
const module$1 = (groups) => said(groups, "module") || "The module";
function magicTitle(groups) {
  const differences = compareMagic(said(groups, "theirs").trim(), said(groups, "ours").trim(), false).map(({ word, module: own, kernel }) => {
    if (word === "release") return `for ${own ?? ""}, and this is ${kernel ?? ""}`;
    return own === void 0 ? `without ${word}, which this one has` : kernel === void 0 ? `with ${word}, which this one lacks` : `with other words`;
  });
  return `${module$1(groups)} was built for another kernel: ${differences.join("; ")}`;
}
const FORMAT = [
  {
    id: "load-version-magic",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): version magic '(?<theirs>[^']{0,300})' should be '(?<ours>[^']{0,300})'/],
    title: magicTitle,
    explanation: "Every module carries a line that says for which kernel and with which basic options it was built. The kernel compares that line with its own and refuses the module when a word differs.",
    remedy: (groups) => `Build with the headers of ${said(groups, "ours").trim().split(" ")[0] ?? ""}. Where only the release differs, give make KERNELRELEASE of the target; never edit the line in the file.`
  },
  {
    id: "load-module-layout-version",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): disagrees about version of symbol module_layout\b/],
    title: (groups) => `${module$1(groups)} was built with other ideas of the kernel\u2019s basic structures`,
    explanation: "module_layout stands for struct module and a few structures around it. Its checksum in the module is not that of the kernel, so the configuration or the headers were not those of this kernel.",
    remedy: (_, facts) => `Build with the headers, the .config and the Module.symvers of ${forKernel(facts)}, with every tool there that its .config names (pahole above all).`
  },
  {
    id: "load-symbol-version",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    kernel: [/^(?<module>[\w-]+): disagrees about version of symbol (?<symbol>\S{1,200})/],
    title: (groups) => `${module$1(groups)} uses ${said(groups, "symbol")} with another prototype than the kernel has`,
    explanation: "With CONFIG_MODVERSIONS every exported symbol has a checksum of its prototype and of all types in it. The one in the module differs: it was built against another configuration, another kernel, or an old Module.symvers.",
    remedy: (_, facts) => `Build again from clean with the headers and the Module.symvers of ${forKernel(facts)}; when another module of yours exports the symbol, build both together or name its Module.symvers in KBUILD_EXTRA_SYMBOLS.`
  },
  {
    id: "load-no-symbol-version",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    kernel: [/^(?<module>[\w-]+): no symbol version for (?<symbol>\S{1,200})/],
    title: (groups) => `${module$1(groups)} has no checksum for ${said(groups, "symbol")}`,
    explanation: "The kernel checks the versions of symbols and the module does not say with which it was built. There was no Module.symvers, or an incomplete one, when it was built.",
    remedy: (_, facts) => `Build with the whole headers package of ${forKernel(facts)}, which holds Module.symvers.`
  },
  {
    id: "load-forced",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): (?<what>module_layout|bad vermagic|no version for "[^"]{1,200}"|[\w.]{1,200}): kernel tainted\.$/],
    title: (groups) => `${module$1(groups)} was loaded by force: ${said(groups, "what")} did not fit`,
    explanation: "The kernel lacks a proof that the module fits, or was told to ignore it, and loaded it all the same. From here on nothing about this kernel can be trusted.",
    remedy: (_, facts) => `Do not force. Build the module for ${forKernel(facts)}.`
  },
  {
    id: "load-struct-module-size",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module )?(?<module>[\w-]+): \.gnu\.linkonce\.this_module (?:section )?(?:size )?must /],
    title: (groups) => `${module$1(groups)} has a struct module of another size than the kernel\u2019s`,
    explanation: "The module brings the memory for the kernel\u2019s struct module along. Its size depends on the configuration: an option that adds members was on for the kernel and off for the module, or the other way round. CONFIG_DEBUG_INFO_BTF_MODULES, which vanishes without pahole, is the usual one.",
    remedy: (_, facts) => `Compare the .config that the module was built with with that of ${forKernel(facts)}; install what is missing (dwarves first) and build again from clean.`
  },
  {
    id: "load-relocation-target",
    stage: "boot",
    weight: "cause",
    // Since 7.x the kernel names section and entry itself.
    kernel: [/^(?:module: )?(?:x86\/modules: )?(?:Skipping i|I)nvalid relocation target, existing value (?:is nonzero|does not match expected value) for (?:sec (?<section>\d{1,9}), idx (?<entry>\d{1,9}), )?type (?<type>\d{1,5}), loc (?<loc>\S{1,40}), val (?<val>[0-9a-f]{1,16})/],
    title: () => "The kernel was to write an address into the module at a place that was not empty",
    explanation: "Nearly always the place is in struct module: the kernel had begun to use it, at offsets of its own, before the module\u2019s addresses of init and exit were written at other offsets. So the module was compiled with another layout of struct module, as happens when an option is lost on the way (CONFIG_DEBUG_INFO_BTF_MODULES without pahole). The version magic does not notice that.",
    remedy: (_, facts) => `Find the option that differs between the .config of the build and that of ${forKernel(facts)}, install the tool behind it (often dwarves), and build again from clean. kmod-gate\u2019s autopsy names the member.`
  },
  {
    id: "load-relocation-overflow",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?overflow in relocation type (?<type>\d{1,5})/, /^(?:module: )?`?(?<module>[\w-]+)' likely not compiled with -mcmodel=kernel/, /^(?:module: )?(?<module>[\w-]+): overflow in relocation type (?<type>\d{1,5})/],
    title: () => "An address does not fit into the place that the compiler left for it",
    explanation: "Code of the kernel is compiled for the last two gigabytes of the address space. An object in this module was not: it was compiled outside of kbuild, comes prebuilt, or refers to something far away.",
    remedy: () => "Build every object with kbuild (obj-m and NAME-y), or compile prebuilt ones with the kernel\u2019s own flags."
  },
  {
    id: "load-relocation-type",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?(?:module )?(?<module>[\w-]+): (?:Unknown rela relocation|unsupported RELA relocation|Unknown relocation type|unknown relocation): (?<type>\w{1,20})/i],
    title: (groups) => `${module$1(groups)} holds a kind of relocation (${said(groups, "type")}) that this kernel cannot do`,
    explanation: "The compiler, assembler or linker made something that the kernel\u2019s loader does not know: they are newer than the kernel, or an object was compiled as position-independent or for user space.",
    remedy: (_, facts) => `Build with the compiler and binutils of the suite that ${forKernel(facts)} comes from, and all objects by kbuild.`
  },
  {
    id: "load-btf",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:BPF: )?failed to validate module \[(?<module>[^\]]{1,100})\] BTF: (?<error>-?\d{1,5})/],
    title: (groups) => `The type information (BTF) in ${module$1(groups)} does not fit the kernel\u2019s`,
    explanation: "The module\u2019s .BTF section counts on from the types of the vmlinux that it was made with. This kernel has other types. Unless it was built with CONFIG_MODULE_ALLOW_BTF_MISMATCH it refuses the module.",
    remedy: (_, facts) => `Build with the vmlinux of ${forKernel(facts)} in the headers directory, or without any: a module without .BTF is loaded. \`strip --remove-section=.BTF\` helps as well.`
  },
  {
    id: "load-architecture",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?Invalid (?:module )?architecture in ELF header: (?<machine>\d{1,5})/],
    title: (groups) => `The module is for another processor: ${MACHINES[said(groups, "machine")] ?? `ELF machine ${said(groups, "machine")}`}`,
    explanation: "The file\u2019s header names the processor that it was compiled for, and it is not this one.",
    remedy: () => "Build on this architecture, or cross-compile with ARCH= and CROSS_COMPILE= for it."
  },
  {
    id: "load-not-elf",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?Invalid ELF header (?:magic|len|type)\b/],
    title: () => "The file is no kernel module",
    explanation: "It does not begin as an object file does: it is compressed and was given to a program that does not unpack it, it is something else (an error page that was downloaded), or it was linked into a program.",
    remedy: () => "Look with `file NAME.ko`. Load compressed modules with modprobe or kmod\u2019s insmod, or unpack them first."
  },
  {
    id: "load-decompression",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?(?:module: )?decompression failed with status (?<status>-?\d{1,5})/, /^(?:module: )?(?:unsupported|invalid) compression\b/, /^(?:module: )?failed to (?:allocate|decompress)\b.{0,80}decompress/],
    title: () => "The kernel could not unpack the compressed module",
    explanation: "The kernel unpacks modules itself only for one kind of compression, chosen at build time, and of .xz only what was made with --check=crc32 or none.",
    remedy: () => "Compress with `xz --check=crc32 --lzma2=dict=1MiB`, as kbuild does, or load the plain .ko."
  },
  {
    id: "load-damaged-file",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?Module len \d{1,20} truncated/, /^(?:module: )?Invalid ELF (?:section|sh_link)/, /^(?:module: )?ELF Spec violation:/, /^(?:module: )?empty section name table/],
    title: () => "The module\u2019s file is cut off or damaged",
    explanation: "The sections that the file\u2019s header promises are not all there, or their sizes make no sense.",
    remedy: () => "Copy or build it again, and compare sizes and checksums; look for a full disk."
  },
  {
    id: "load-stripped",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?(?:module )?(?<module>[\w-]+): module has no symbols \(stripped\?\)/],
    title: (groups) => `${module$1(groups)} was stripped of its symbols`,
    explanation: "A module is linked when it is loaded, by the names in its symbol table. `strip` without options takes that table away.",
    remedy: () => "Strip modules with `strip --strip-debug` only, or with make INSTALL_MOD_STRIP=1 modules_install."
  },
  {
    id: "load-no-module-section",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?(?:module )?(?<module>[^:]{1,100}): No module found in object/, /^(?:module: )?(?:module )?(?<module>[^:]{1,100}): (?:Only|Exactly) one \.(?:modinfo|gnu\.linkonce\.this_module|symtab) section must exist/],
    title: () => "The object is not a finished module",
    explanation: "kbuild\u2019s second step (modpost) puts a struct module into a .ko. This file has none: it is the .o of the first step, or the step was left out.",
    remedy: () => "Load the .ko that `make modules` leaves, not a .o."
  }
];

const KBUILD = [
  {
    id: "build-undefined-symbol",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    build: [/^(?:ERROR|WARNING): (?:modpost: )?"(?<symbol>[^"]{1,200})" \[(?<file>[^\]]{1,300})\] undefined!/],
    title: (groups) => `Nothing in this kernel exports ${said(groups, "symbol")}`,
    explanation: "The function may exist and be for the kernel\u2019s own use, be in another module of yours that is built elsewhere, or be switched off in this configuration.",
    remedy: () => "Use what the kernel exports. For symbols of another external module name its Module.symvers in KBUILD_EXTRA_SYMBOLS."
  },
  {
    id: "build-gpl-only",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    build: [/^(?:ERROR|FATAL): (?:modpost: )?GPL-incompatible module (?<module>\S{1,200}) uses (?:future )?GPL-only symbol '(?<symbol>[^']{1,200})'/],
    title: (groups) => `${said(groups, "module")} is not GPL-compatible and uses ${said(groups, "symbol")}, which is for GPL-compatible modules only`,
    explanation: "EXPORT_SYMBOL_GPL offers a symbol to modules whose MODULE_LICENSE is compatible with the GPL.",
    remedy: () => "State a GPL-compatible license where it is one, or do without the symbol."
  },
  {
    id: "build-namespace",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    build: [/^(?:ERROR|WARNING): (?:modpost: )?module (?<module>\S{1,200}) uses symbol (?<symbol>\S{1,200}) from namespace (?<namespace>\S{1,100}), but does not import it/],
    title: (groups) => `${said(groups, "module")} uses ${said(groups, "symbol")} and does not import its namespace ${said(groups, "namespace")}`,
    explanation: "Some symbols are exported into a namespace, so that a user of them has to say that it means to. The kernel would refuse the module as well.",
    remedy: (groups) => `Add MODULE_IMPORT_NS("${said(groups, "namespace")}") to the source; before Linux 6.13 the name stands there without quotes.`
  },
  {
    id: "build-no-license",
    stage: "build",
    weight: "cause",
    build: [/^(?:ERROR|WARNING): (?:modpost: )?missing MODULE_LICENSE\(\) in (?<file>\S{1,300})/],
    title: (groups) => `There is no MODULE_LICENSE in ${said(groups, "file")}`,
    explanation: "Every module states its license. Since 5.11 the build fails without; since 5.12 even in the kernel\u2019s own tree.",
    remedy: () => 'Add MODULE_LICENSE("GPL"), or what is true, to one source file of each module.'
  },
  {
    id: "build-no-versions",
    stage: "build",
    weight: "cause",
    build: [/^WARNING: Symbol version dump "?(?<file>[^"\s]{1,300})"? is missing/, /^WARNING: (?:modpost: )?EXPORT symbol "(?<symbol>[^"]{1,200})" \[[^\]]{1,300}\] version generation failed/],
    title: () => "The module gets no symbol versions",
    explanation: "Module.symvers of the kernel was not there, or a symbol\u2019s version could not be worked out. A kernel with CONFIG_MODVERSIONS refuses such a module.",
    remedy: (_, { release }) => `Take the Module.symvers of linux-headers-${release ?? "$(uname -r)"}; make modules_prepare does not make one.`
  },
  {
    id: "build-headers-missing",
    stage: "build",
    weight: "cause",
    build: [/^make(?:\[\d{1,3}\])?: \*\*\* (?<dir>\/(?:usr\/)?lib\/modules\/\S{1,200}\/build): No such file or directory/, /^Error! Your kernel headers for kernel (?<release>\S{1,100}) cannot be found/, /^make(?:\[\d{1,3}\])?: \*\*\* (?<dir>\/\S{1,300}): No such file or directory\. {1,2}Stop/],
    title: (groups) => `The kernel\u2019s headers are not there${said(groups, "dir") === "" ? "" : ` (${said(groups, "dir")})`}`,
    explanation: "External modules are built in the kernel\u2019s tree, which /lib/modules/RELEASE/build points to.",
    remedy: (groups, { release }) => `Install linux-headers-${said(groups, "release") || release || "$(uname -r)"}; where the archive has a newer kernel only, update and reboot.`
  },
  {
    id: "build-not-configured",
    stage: "build",
    weight: "cause",
    build: [/^\s{0,8}ERROR: Kernel configuration is invalid/, /^\s{0,12}include\/generated\/autoconf\.h or include\/config\/auto\.conf (?:are|is) missing/, /^\*{0,3} ?(?:The source tree|Kernel source tree) is not clean/, /^\*{0,3} ?(?:Configuration file "\.config" not found|Please run some configurator)/],
    title: () => "The kernel tree is not configured",
    explanation: "A tree fresh from its archive has no configuration. The headers that kbuild writes from it are missing, or are another build\u2019s.",
    remedy: () => "Put the kernel\u2019s own .config into the tree and run make oldconfig && make modules_prepare; or build against the headers package."
  },
  {
    id: "build-config-restarted",
    stage: "build",
    weight: "cause",
    build: [/^(?:\*{1,3} )?Restart config\.\.\./, /^Error in reading or end of file\./],
    title: () => "Kconfig asked questions in the middle of the build: the .config does not answer all of them",
    explanation: "It was made for another version, or with other tools. Whatever is answered changes the configuration, and with it possibly the layout of the kernel\u2019s structures.",
    remedy: () => "Use the .config of exactly this kernel, with the tools that it names."
  },
  {
    id: "build-path-with-blank",
    stage: "build",
    weight: "cause",
    build: [/^(?:\S{1,200}: \*\*\* )?(?:main|source) directory cannot contain spaces nor colons/, /^(?:\S{1,200}: \*\*\* )?(?:source|output) directory cannot contain spaces or colons/],
    title: () => "The path of the sources holds a blank or a colon",
    explanation: "make separates names by blanks, and kbuild cannot do with them in paths.",
    remedy: () => "Build below a path without blanks and colons."
  },
  {
    id: "build-no-makefile",
    stage: "build",
    weight: "cause",
    build: [/^\S{0,200}scripts\/Makefile\.build:\d{1,6}: (?<file>\S{1,300}\/(?:Makefile|Kbuild)): No such file or directory/],
    title: (groups) => `kbuild finds no ${said(groups, "file")}`,
    explanation: "The directory given as M= needs a Kbuild file or a Makefile that sets obj-m, and so do those that it descends into. Names are case-sensitive.",
    remedy: () => "Give M= the directory of the module; write obj-m := NAME.o there."
  },
  {
    id: "build-no-rule",
    stage: "build",
    weight: "cause",
    build: [/^make(?:\[\d{1,3}\])?: \*\*\* No rule to make target [`'](?<target>[^']{1,300})'(?:, needed by [`'](?<by>[^']{1,300})')?/],
    title: (groups) => `make does not know how to make ${said(groups, "target")}${said(groups, "by") === "" ? "" : ` for ${said(groups, "by")}`}`,
    explanation: "A source file is missing or spelt otherwise than in the Makefile; or NAME-objs lists the module\u2019s own name; or the kernel tree is not whole (debian/certs/\u2026 is a key that only the distribution has).",
    remedy: (groups) => /certs\//.test(said(groups, "target")) ? 'Set CONFIG_SYSTEM_TRUSTED_KEYS="" and CONFIG_SYSTEM_REVOCATION_KEYS="" when you build whole kernels; external modules do not need them.' : "Compare the names in the Makefile with the files; with an obj in another directory its path must be there too."
  },
  {
    id: "build-btf-vmlinux",
    stage: "build",
    weight: "cause",
    build: [/^FAILED(?:: load BTF from vmlinux: .{1,100}| elf_update\(WRITE\): .{1,100})/, /^Failed to generate BTF for vmlinux/, /^(?:BTF: )?\.tmp_vmlinux\S{0,30}: .{0,100}(?:not available|No such file)/, /^libbpf: failed to find valid kernel BTF/],
    title: () => "BTF could not be made",
    explanation: "pahole or resolve_btfids failed: too old for this compiler\u2019s debug information, out of memory, or given a vmlinux without BTF.",
    remedy: () => "Install the dwarves of the kernel\u2019s suite. For external modules take the vmlinux of the headers, or none at all: then BTF is left out."
  },
  {
    id: "build-btf-skipped",
    stage: "build",
    weight: "harmless",
    build: [/^\s{0,8}(?:BTF \[M\] .{1,200})?Skipping BTF generation for (?<file>\S{1,300}) due to unavailability of vmlinux/],
    title: (groups) => `${said(groups, "file")} gets no BTF, since the headers hold no vmlinux`,
    explanation: "BTF in modules serves tracing tools. The kernel loads modules without.",
    remedy: () => "Nothing is wrong."
  },
  {
    id: "build-signing-key",
    stage: "build",
    weight: "harmless",
    build: [/^(?:At main\.c:\d{1,6}:|- SSL error:[0-9A-F]{8}:.{0,200}|.{0,100}sign-file: certs\/signing_key\.pem: No such file or directory)/],
    title: () => "The module was installed without a signature, since there is no key",
    explanation: "make modules_install signs with certs/signing_key.pem, which only those have who built the kernel.",
    remedy: () => "Nothing is wrong unless the kernel demands signatures."
  },
  {
    id: "build-assembler",
    stage: "build",
    weight: "cause",
    compiler: [/^no such instruction: [`'](?<what>[^']{1,100})'/, /^(?:unsupported|unrecognized|unknown) (?<what>\w{0,40} ?relocation)/i, /^unknown pseudo-op: [`'](?<what>[^']{1,100})'/],
    build: [/^(?:as|\S{1,200}\/as): unrecognized option '(?<what>[^']{1,100})'/, /^(?:ld|\S{1,200}\/ld|\S{1,200}\/ld\.\w{1,10}): unrecognized (?:option|emulation mode:?) '?(?<what>[^']{1,100})'?/],
    title: (groups) => `The assembler or linker does not know ${said(groups, "what")}`,
    explanation: "binutils are older than the compiler or the kernel expects, or they are for another processor.",
    remedy: () => "Install binutils of the suite that the kernel comes from; set ARCH= and CROSS_COMPILE= for another processor."
  },
  {
    id: "build-stale-object",
    stage: "build",
    weight: "cause",
    build: [/^(?:\S{1,200}\/)?ld(?:\.\w{1,10})?: (?:\S{1,300}: )?(?:Relocations in generic ELF|file not recognized|unknown architecture of input file|error adding symbols: file in wrong format)/, /^(?:\S{1,200}\/)?ld(?:\.\w{1,10})?: skipping incompatible \S{1,300}/],
    title: () => "An object in the directory was built for another processor or is damaged",
    explanation: "Old .o files lie about, or a prebuilt object belongs to another architecture.",
    remedy: () => "Run make clean first, and do not keep objects in the repository."
  },
  {
    id: "build-undefined-reference",
    stage: "build",
    weight: "cause",
    symbol: "symbol",
    build: [/^.{0,300}: undefined reference to [`'](?<symbol>[^'`]{1,200})'/, /^ld\.lld: error: undefined symbol: (?<symbol>\S{1,200})/],
    title: (groups) => `${said(groups, "symbol")} is used by a program of the build and is in none of its libraries`,
    explanation: "Modules leave symbols open; this is a program of the building machine, whose library is missing or old.",
    remedy: () => "Install the -dev packages that the kernel\u2019s tools need: libelf-dev, libssl-dev, zlib1g-dev."
  },
  {
    id: "build-section-mismatch",
    stage: "build",
    weight: "harmless",
    build: [/^WARNING: (?:modpost: )?\S{1,300}: section mismatch in reference: (?<from>\S{1,200})/, /^WARNING: (?:modpost: )?\S{1,300}: Section mismatch in reference from/],
    title: () => "Code that stays refers to code that is thrown away after init, or the other way round",
    explanation: "__init functions are gone once the module is loaded. Called later they crash the kernel. The build goes on.",
    remedy: () => "Take __init or __exit away from what is used at other times."
  },
  {
    id: "build-objtool-warning",
    stage: "build",
    weight: "harmless",
    build: [/^\S{1,300}: warning: objtool: (?<text>.{1,300})/],
    title: (groups) => `objtool cannot follow some code: ${said(groups, "text")}`,
    explanation: "objtool works out stack frames and checks protections against speculation. Hand-written assembly, prebuilt objects and functions that do not return confuse it.",
    remedy: () => "Look at the function; mark assembly with SYM_FUNC_START, functions that never return with __noreturn."
  },
  {
    id: "build-disk-full",
    stage: "build",
    weight: "cause",
    build: [/^.{0,300}: No space left on device/],
    compiler: [/^.{0,300}: No space left on device/],
    title: () => "The disk is full",
    explanation: "A whole kernel tree takes 1.3 GB, and objects more.",
    remedy: () => "Make room, or build elsewhere."
  },
  {
    id: "build-read-only",
    stage: "build",
    weight: "cause",
    build: [/^.{0,300}: (?:Read-only file system|cannot (?:create|touch|open output file) .{1,200}: Permission denied)/, /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d{1,6}: )?cannot create \S{1,300}: (?:Permission denied|Read-only file system|Directory nonexistent)/],
    compiler: [/^opening (?:output|dependency) file \S{1,300}: (?:Permission denied|Read-only file system)/],
    title: () => "The build cannot write where it must",
    explanation: "kbuild writes objects beside the sources.",
    remedy: () => "Build a copy that you own; clean what an earlier build as root left."
  },
  {
    id: "build-clock-skew",
    stage: "build",
    weight: "harmless",
    build: [/^make(?:\[\d{1,3}\])?: warning: {1,2}Clock skew detected/],
    title: () => "Some files are from the future",
    explanation: "The clocks of file server and machine differ. make may leave out what has to be built again.",
    remedy: () => "Set the clock and build from clean."
  },
  {
    id: "build-dkms",
    stage: "build",
    weight: "general",
    build: [/^Error! Bad return status for module build on kernel: (?<release>\S{1,100})/],
    title: (groups) => `DKMS could not build the module for ${said(groups, "release")}`,
    explanation: "The reason is in the make.log that DKMS names.",
    remedy: () => "Give that make.log to `kmod-gate explain`."
  },
  {
    id: "build-make-failed",
    stage: "build",
    weight: "general",
    build: [/^make(?:\[\d{1,3}\])?: \*\*\* \[(?:[^\]]{1,300}: )?(?<target>[^\]]{1,300})\] Error (?<status>\d{1,4})/],
    title: (groups) => `make gave up at ${said(groups, "target")}`,
    explanation: "This line only says where. The reason stands above it; with several jobs other lines come between.",
    remedy: () => "Run make once more with V=1 and without -j to see the command that failed."
  }
];

const LOADER = [
  {
    id: "load-invalid-format",
    stage: "boot",
    weight: "general",
    loader: [/^(?:Invalid module format|Exec format error)\b/i],
    title: () => "The kernel does not take the file for a module of its own (ENOEXEC)",
    explanation: "Many reasons share this answer: another version magic, other symbol versions, another layout of struct module, a relocation that was refused, another architecture, a damaged file. The kernel log has one line that says which.",
    remedy: () => "Read the last lines of dmesg, and give them to `kmod-gate explain`."
  },
  {
    id: "load-unknown-symbol-in-module",
    stage: "boot",
    weight: "general",
    loader: [/^unknown symbol in module\b/i],
    title: () => "The module needs something that nothing in the running kernel offers",
    explanation: "The kernel log names the symbols.",
    remedy: () => "Read dmesg; load with modprobe, which brings what the module depends on."
  },
  {
    id: "load-wrong-symbol-version",
    stage: "boot",
    weight: "general",
    loader: [/^module has wrong symbol version/i],
    title: () => "The module\u2019s symbol versions are not those of the kernel",
    explanation: "The kernel was built with CONFIG_MODVERSIONS and the checksums of symbols in the module differ from its own.",
    remedy: () => "Build with the headers and the Module.symvers of the kernel that runs."
  },
  {
    id: "load-invalid-parameters",
    stage: "boot",
    weight: "general",
    loader: [/^(?:Invalid parameters|Invalid argument)\b/i],
    title: () => "The kernel, or the module\u2019s init function, found an argument invalid (EINVAL)",
    explanation: "A parameter\u2019s value was refused, a symbol\u2019s version or namespace did not fit, or the init function itself returned -EINVAL.",
    remedy: () => "Read dmesg, and `modinfo -p` for the parameters."
  },
  {
    id: "load-file-missing",
    stage: "boot",
    weight: "general",
    loader: [/^(?:No such file or directory|can't read|can't open)\b/i],
    title: () => "There is no such file, or the module is not loaded",
    explanation: "insmod takes the path of a file, modprobe and rmmod the name of a module. The kernel says the same when the init function returns -ENOENT.",
    remedy: () => "Check path or name."
  },
  {
    id: "load-no-modules",
    stage: "boot",
    weight: "general",
    loader: [/^Function not implemented\b/i],
    title: () => "The running kernel cannot load modules",
    explanation: "It was built without CONFIG_MODULES, or the system call is filtered, as in many containers.",
    remedy: () => "Load on the host, under a kernel with CONFIG_MODULES."
  },
  {
    id: "load-init-failed",
    stage: "boot",
    weight: "general",
    loader: [/^(?:Input\/output error|Connection timed out|Unknown error \d+|Interrupted system call|Not supported|Operation not supported|Value too large)\b/i],
    title: () => "The module\u2019s init function gave up",
    explanation: "The kernel took the module; this error number comes from the module itself.",
    remedy: () => "Read what the module said in the kernel log before it gave up."
  }
];

const START = [
  {
    id: "load-parameter-unknown",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): unknown parameter '(?<parameter>[^']{1,200})' ignored/],
    title: (groups) => `${said(groups, "module")} has no parameter ${said(groups, "parameter")}; it was loaded without`,
    explanation: "The kernel takes no offence at a parameter that does not exist; it only says so.",
    remedy: (groups) => `Look at \`modinfo -p\` of ${said(groups, "module")} for the right name.`
  },
  {
    id: "load-parameter-value",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): `(?<value>[^']{0,200})' invalid for parameter `(?<parameter>[^']{1,100})'/, /^(?<module>[\w-]+): `(?<value>[^']{0,200})' too large for parameter `(?<parameter>[^']{1,100})'/, /^(?<parameter>[\w.-]+): (?:can only take|string doesn't fit in|only takes) /, /^(?<module>[\w-]+): (?<parameter>[\w-]+): can only take \d+ arguments/],
    title: (groups) => `${said(groups, "parameter")} does not take the value ${said(groups, "value") || "that was given"}`,
    explanation: "The parameter\u2019s type cannot hold the value (a number, a yes or no, a list of limited length), or the module\u2019s own check refused it. The module was not loaded.",
    remedy: () => "Look at `modinfo -p` for types; booleans take y, n, 0 and 1."
  },
  {
    id: "load-sysfs-duplicate",
    stage: "boot",
    weight: "cause",
    kernel: [/^sysfs: cannot create duplicate filename '(?<name>[^']{1,300})'/, /^kobject(?:_add_internal failed for|: kobject_add_internal failed for) (?<name>\S{1,200}) (?:with -EEXIST|\(error: -17)/, /^proc_dir_entry '(?<name>[^']{1,200})' already registered/, /^debugfs: (?:File|Directory) '(?<name>[^']{1,200})' (?:in|with parent) .{0,200}already present/, /^(?:Error: )?Driver '(?<name>[^']{1,100})' is already registered, aborting/],
    title: (groups) => `The name ${said(groups, "name")} is already taken`,
    explanation: "Two modules, or one that was not cleaned up, create the same entry in /sys, /proc or debugfs, or register a driver of the same name. Often the driver is in the kernel\u2019s own package or built in as well.",
    remedy: () => "Unload the other one, give yours another name, and undo everything on the error paths of the init function."
  },
  {
    id: "load-name-taken",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): module is already loaded/],
    title: (groups) => `The kernel has a module ${said(groups, "module")} already, built in or loaded`,
    explanation: "A module and a part of the kernel may not have the same name: both want /sys/module/NAME.",
    remedy: (groups) => `Look for ${said(groups, "module")} in /sys/module and modules.builtin, and give yours another name.`
  },
  {
    id: "load-file-exists",
    stage: "boot",
    weight: "general",
    loader: [/^(?:File exists|Module already in kernel|module already loaded)\b/i, /^Module (?<module>\S{1,100}) already in kernel/i],
    title: () => "A module of that name is there already, or its init function met a name that was taken",
    explanation: "The kernel keeps one module of a name, built-in ones included; dashes and underscores are the same. The init function can return the same error.",
    remedy: () => "Look in /proc/modules and in modules.builtin for the name; read the kernel log for what the init function said."
  },
  {
    id: "load-no-device",
    stage: "boot",
    weight: "general",
    loader: [/^No such device(?: or address)?\b/i],
    title: () => "The module\u2019s init function found no device that it could drive",
    explanation: "The module fits the kernel: its own init function returned -ENODEV. It looks for hardware that is not in this machine, or something that it relies on is not loaded. Drivers that register with a bus should leave that to probe() and return 0.",
    remedy: () => "Give the guest the device (devices:), load what it relies on first, or read what the module says in the kernel log."
  },
  {
    id: "load-firmware",
    stage: "boot",
    weight: "cause",
    kernel: [/^.{0,100}?[Dd]irect firmware load for (?<file>\S{1,200}) failed with error (?<error>-?\d{1,5})/, /^.{0,100}?firmware: failed to load (?<file>\S{1,200}) \((?<error>-?\d{1,5})\)/],
    title: (groups) => `The driver asked for the firmware file ${said(groups, "file")} and did not get it (${said(groups, "error")})`,
    explanation: "-2 says that there is no such file below /lib/firmware. Many drivers go on without, or try another name.",
    remedy: (groups) => `Install the package with ${said(groups, "file")} (apt-file search finds it; Debian\u2019s are named firmware-\u2026), and in a guest take the file along.`
  },
  {
    id: "load-init-suspicious",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:do_init_module: )?'?(?<module>[\w-]+)'?(?:->init|: init) suspiciously returned (?<value>-?\d{1,12}), it should follow 0\/-E convention/],
    title: (groups) => `The init function of ${said(groups, "module")} returned ${said(groups, "value")}, which is neither 0 nor an error`,
    explanation: "An init function returns 0, or an error number below zero. The kernel took the positive number for success.",
    remedy: () => "Return 0, or -ENODEV and the like."
  },
  {
    id: "load-no-memory",
    stage: "boot",
    weight: "cause",
    kernel: [/^vmap allocation for size (?<size>\d{1,20}) failed/, /^(?:module: )?(?<module>[\w-]+): Could not allocate (?<size>\d{1,20}) bytes percpu data/, /^percpu: allocation failed, size=(?<size>\d{1,20})/, /^(?<program>[\w./-]{1,64}): vmalloc(?: error)?: .{0,80}(?:allocation failure|size \d+, vm_struct allocation failed)/],
    loader: [/^(?:Cannot allocate memory|Out of memory|not enough memory)\b/i],
    title: () => "There was no room for the module",
    explanation: "Either memory is out, or one of the areas of fixed size that modules live in: that for code, or the few kilobytes for static per-CPU variables. An init function that returns -ENOMEM looks the same.",
    remedy: () => "Give the guest more memory; allocate large per-CPU data with alloc_percpu() instead of DEFINE_PER_CPU."
  },
  {
    id: "load-dependency-missing",
    stage: "boot",
    weight: "cause",
    loader: [/^(?:FATAL: )?Module (?<module>\S{1,100}) not found(?: in directory (?<dir>\S{1,200}))?/, /^could not find module by name='(?<module>[^']{1,100})'/, /^can't load module (?<module>[\w-]{1,100}) \(\S{0,200}\)/],
    title: (groups) => `There is no module ${said(groups, "module")} for the running kernel`,
    explanation: "modprobe looks below /lib/modules of the release that runs, in the lists that depmod made.",
    remedy: () => "Install the module there and run depmod; where the kernel was updated, reboot into the new one. On Debian, linux-modules-extra or the plain flavour instead of the cloud one may hold it."
  },
  {
    id: "load-busy",
    stage: "boot",
    weight: "cause",
    loader: [/^Module (?<module>\S{1,100}) is in use(?: by:? (?<by>.{1,200}))?/, /^(?:can't unload module '?[^']{1,100}'?: )?(?:Resource temporarily unavailable|Device or resource busy)\b/i],
    title: (groups) => `${said(groups, "module") || "Something"} is in use${said(groups, "by") === "" ? "" : ` by ${said(groups, "by")}`}`,
    explanation: "Another module needs it, a program holds one of its devices open, it took a reference to itself and never gave it back, or it has an init function and no exit function. For loading, \u201Cbusy\u201D is what the init function returned.",
    remedy: () => "To unload it: close what uses it, give it an exit function, and look for a try_module_get() without module_put(). To load it: what it registers is taken, maybe by what an earlier load left behind."
  }
];

const SYMBOLS = [
  {
    id: "load-gpl-only-symbol",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    after: "load-proprietary-taint",
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err (?:-2|0)\)/],
    title: (groups) => `${said(groups, "module")} has no GPL-compatible license and does not get ${said(groups, "symbol")}`,
    explanation: "To a module with another license, or none, the kernel does not even show the symbols that are exported with EXPORT_SYMBOL_GPL: they are unknown to it. (A symbol that nobody exports looks the same.)",
    remedy: (groups) => `State the license in MODULE_LICENSE where it is GPL-compatible; else do without ${said(groups, "symbol")}.`
  },
  {
    id: "load-unknown-symbol",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    yields: true,
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err (?:-2|0)\)/],
    title: (groups) => `${said(groups, "module")} needs ${said(groups, "symbol")}, and nothing that is loaded offers it`,
    explanation: "Another module exports the symbol and is not loaded yet (insmod loads one file and nothing that it depends on), this kernel does not export it, or it exports it to GPL-compatible modules only and this one is not.",
    remedy: (groups, facts) => `Load it with modprobe after depmod, or load first the module that exports ${said(groups, "symbol")} (look for it in Module.symvers of ${forKernel(facts)}). Where it is listed there as EXPORT_SYMBOL_GPL, a GPL-compatible MODULE_LICENSE is needed.`
  },
  {
    id: "load-symbol-not-usable",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    yields: true,
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err -22\)/],
    title: (groups) => `${said(groups, "module")} may not use ${said(groups, "symbol")} as it is offered`,
    explanation: "The symbol is there, but its version, its namespace or its license does not fit. The line before says which.",
    remedy: (_, facts) => `Build with the headers and the Module.symvers of ${forKernel(facts)}, and import the namespaces that modpost names.`
  },
  {
    id: "load-symbol-in-limbo",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): gave up waiting for init of module (?<other>[\w-]+)\./],
    title: (groups) => `${said(groups, "module")} waited for ${said(groups, "other")}, whose init function did not come to an end`,
    explanation: "A module\u2019s symbols may be used once its init function has returned. The other module is still at it after half a minute, or waits itself.",
    remedy: () => "Look why the init function of the other module hangs; a module must not load, and wait for, another that needs it."
  },
  {
    id: "load-namespace",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    kernel: [/^(?<module>[\w-]+): module uses symbol \((?<symbol>[^)\s]{1,200})\) from namespace (?<namespace>\S{1,100}), but does not import it/],
    title: (groups) => `${said(groups, "module")} uses ${said(groups, "symbol")} and does not import its namespace ${said(groups, "namespace")}`,
    explanation: "Some symbols are exported into a namespace, so that a user of them has to say that it means to.",
    remedy: (groups) => `Add MODULE_IMPORT_NS("${said(groups, "namespace")}") to the source; before Linux 6.13 the name stands there without quotes.`
  },
  {
    id: "load-gpl-mix",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    kernel: [/^(?<module>[\w-]+): module using GPL-only symbols uses symbols (?<symbol>\S{1,200}) from proprietary module (?<other>[\w-]+)/, /^failing symbol_get of non-GPLONLY symbol (?<symbol>\S{1,200})/],
    title: (groups) => `${said(groups, "module") || "A module"} mixes GPL-only symbols with those of a proprietary module`,
    explanation: "A module that takes symbols from a proprietary one counts as proprietary itself, and then may not use GPL-only symbols.",
    remedy: () => "Take the symbols from one side only."
  },
  {
    id: "load-proprietary-taint",
    stage: "boot",
    weight: "harmless",
    kernel: [/^(?<module>[\w-]+): module license '(?<license>[^']{0,100})' taints kernel/, /^(?<module>[\w-]+): module uses symbols (?<symbol>\S{1,200}) from proprietary module (?<other>[\w-]+), inheriting taint/],
    title: (groups) => `${said(groups, "module")} is not GPL-compatible, which marks the kernel as tainted (P)`,
    explanation: "The kernel loads such a module, does not let it use GPL-only symbols, and notes it for those who read its reports. A missing MODULE_LICENSE counts the same.",
    remedy: () => 'State the license in MODULE_LICENSE; "GPL" where it is.'
  },
  {
    id: "load-duplicate-symbol",
    stage: "boot",
    weight: "cause",
    symbol: "symbol",
    kernel: [/^(?<module>[\w-]+): exports duplicate symbol (?<symbol>\S{1,200}) \(owned by (?<owner>[\w-]+)\)/],
    title: (groups) => `${said(groups, "module")} exports ${said(groups, "symbol")}, which ${said(groups, "owner") === "kernel" ? "the kernel itself" : said(groups, "owner")} already exports`,
    explanation: "A name may be exported once. Often it is the same driver twice: one from the kernel\u2019s package, or built in, and one of your own.",
    remedy: (groups) => `Unload ${said(groups, "owner") === "kernel" ? "nothing: it is built into the kernel, so rename your symbol" : `${said(groups, "owner")} first, or rename the symbol`}.`
  }
];

const SET = /^CONFIG_([A-Za-z0-9_]+)=(.*)$/;
const NOT_SET = /^# CONFIG_([A-Za-z0-9_]+) is not set$/;
const VALUES = {
  ".config": /^(?:[ymn]|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\.)*")$/,
  "auto.conf": /^/
};
function parseConfig(text, syntax = ".config") {
  const values = /* @__PURE__ */ new Map();
  text.split("\n").forEach((raw, index) => {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const unset = NOT_SET.exec(line);
    if (unset?.[1] !== void 0) {
      values.delete(unset[1]);
      return;
    }
    if (line.trim() === "" || line.startsWith("#")) return;
    const [, symbol, value] = SET.exec(line) ?? [];
    if (symbol === void 0 || value === void 0 || !VALUES[syntax].test(value)) throw malformed(index + 1, line, syntax);
    if (value === "n") values.delete(symbol);
    else values.set(symbol, value);
  });
  return values;
}
function malformed(number, line, syntax) {
  return new GateError({
    id: "config.malformed",
    stage: "guard",
    severity: "error",
    title: `Line ${number} of the kernel's ${syntax} cannot be read.`,
    detail: line,
    remedy: "Fetch the kernel packages again; a config must hold CONFIG_NAME=value lines and comments."
  });
}
function unquote(value) {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

function compilerName(config, cross) {
  const word = unquote(config.get("CC_VERSION_TEXT") ?? "").split(" ")[0] ?? "";
  const name = word === "" || !/^[\w.+-]+$/.test(word) ? "gcc" : word;
  return cross !== void 0 && name.startsWith("gcc") ? `${cross.crossPrefix}${name}` : name;
}
function compilerPackage(name, cross) {
  const plain = /(?:gcc|clang)(?:-[\d.]+)?$/.exec(name)?.[0] ?? name;
  return cross !== void 0 && name.startsWith(cross.crossPrefix) ? `${plain}-${cross.crossPackages}` : plain;
}

const PACKAGES = {
  pahole: "dwarves",
  flex: "flex",
  bison: "bison",
  bc: "bc",
  python3: "python3",
  perl: "perl",
  xz: "xz-utils",
  zstd: "zstd",
  lz4c: "lz4",
  lz4: "lz4",
  cpio: "cpio",
  rsync: "rsync",
  openssl: "openssl",
  depmod: "kmod",
  modprobe: "kmod",
  as: "binutils",
  ld: "binutils",
  ar: "binutils",
  nm: "binutils",
  objcopy: "binutils",
  objdump: "binutils",
  strip: "binutils",
  "ld.lld": "lld",
  "llvm-ar": "llvm",
  rustc: "rustc",
  bindgen: "bindgen",
  make: "make",
  dtc: "device-tree-compiler",
  gawk: "gawk",
  awk: "mawk",
  git: "git"
};
function packageOf(program) {
  return PACKAGES[program] ?? (/(?:gcc|clang)(?:-[\d.]+)?$/.test(program) ? compilerPackage(program) : program);
}
const notFound = (names) => [
  new RegExp(`^(?:/bin/)?(?:ba|da)?sh: (?:line )?(?:\\d{1,6}: )?(?:\\S{1,200}/)?(?<program>${names}): (?:command )?not found`),
  new RegExp(`^(?:/usr/bin/)?env: ['\`]?(?<program>${names})['\`]?: No such file or directory`),
  new RegExp(`^make(?:\\[\\d{1,3}\\])?: (?:\\S{1,200}/)?(?<program>${names}): (?:No such file or directory|Command not found)`),
  new RegExp(`^\\S{1,200}: (?:line )?\\d{1,6}: (?:\\S{1,200}/)?(?<program>${names}): (?:command )?not found`)
];
const missing = (groups) => `${said(groups, "program") || said(groups, "tool")} is not installed, and the build needs it`;
const TOOLS = [
  {
    id: "build-pahole",
    stage: "build",
    weight: "cause",
    build: [...notFound("pahole"), /^BTF: \S{1,200}: (?<program>pahole) \([^)]{0,100}\) is not available/, /^(?:\S{1,200}: )?(?:BTF: )?.{0,100}pahole version .{1,60} is too old/],
    title: () => "pahole is missing, or too old",
    explanation: "pahole turns debug information into BTF. Without it Kconfig quietly switches CONFIG_DEBUG_INFO_BTF_MODULES off, and a module built so may have another struct module than the kernel: \u201CInvalid module format\u201D and \u201CSkipping invalid relocation target\u201D are what comes of it.",
    remedy: () => "Install dwarves, take the kernel\u2019s own .config again, and build from clean."
  },
  {
    id: "build-compiler-missing",
    stage: "build",
    weight: "cause",
    build: notFound("[\\w-]{0,60}(?:gcc|clang)(?:-[\\d.]{1,10})?"),
    title: (groups) => `The compiler ${said(groups, "program")} is not installed`,
    explanation: "Headers name the compiler that built the kernel, and kbuild calls it by that name.",
    remedy: (groups) => `Install ${packageOf(said(groups, "program"))}. Another compiler may do, and changes the configuration.`
  },
  {
    id: "build-python",
    stage: "build",
    weight: "cause",
    build: notFound("python3?"),
    title: () => "python3 is not installed, and the build needs it",
    explanation: "Since 6.12 modules_prepare calls Python scripts of the kernel (among them the one that lists BPF\u2019s helpers).",
    remedy: () => "Install python3."
  },
  {
    id: "build-kernel-tool",
    stage: "build",
    weight: "cause",
    build: [
      /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d{1,6}: )?(?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|insert-sys-cert|sign-file|module\.lds|conf): (?:not found|No such file or directory|Permission denied|cannot execute)/,
      /^make(?:\[\d{1,3}\])?: (?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|sign-file): (?:No such file or directory|Command not found|Permission denied)/,
      /^make(?:\[\d{1,3}\])?: \*\*\* No rule to make target '(?:\S{0,200}\/)?(?<tool>objtool|modpost|fixdep|genksyms|resolve_btfids|recordmcount|module\.lds)'/
    ],
    title: (groups) => `The kernel tree has no ${said(groups, "tool")}: it is not prepared for building modules`,
    explanation: "Programs that belong to the kernel\u2019s build are made by `make modules_prepare`, or come with the headers (Debian: linux-kbuild). They must also run here: those of another release may want another C library.",
    remedy: (_, { release }) => `Run make modules_prepare in the kernel tree, or install linux-headers-${release ?? "$(uname -r)"} with the linux-kbuild that it depends on.`
  },
  {
    id: "build-rust",
    stage: "build",
    weight: "cause",
    build: [...notFound("rustc|bindgen"), /^error\[E0514\]: found crate `(?<crate>[^`]{1,100})` compiled by an incompatible version of rustc/, /^\*\*\* Rust (?:compiler|bindings generator) '(?<program>[^']{1,100})' (?:could not be found|is too old)/],
    title: (groups) => said(groups, "crate") === "" ? "The Rust tools that this kernel was built with are missing" : "rustc is another one than that which built the kernel",
    explanation: "The kernel was configured with CONFIG_RUST, and its parts in Rust only fit the very same compiler.",
    remedy: () => "Install rustc, bindgen and rust-src of the suite that the kernel comes from."
  },
  {
    id: "build-tool-missing",
    stage: "build",
    weight: "cause",
    build: notFound(Object.keys(PACKAGES).filter((name) => !["pahole", "python3", "rustc", "bindgen"].includes(name)).map((name) => name.replace(".", "\\.")).join("|")),
    title: missing,
    explanation: "A kernel build starts many small programs.",
    remedy: (groups) => `Install ${packageOf(said(groups, "program"))}.`
  },
  {
    id: "build-compiler-differs",
    stage: "build",
    weight: "harmless",
    build: [/^warning: the compiler differs from the one used to build the kernel/],
    title: () => "The compiler is not the one that built the kernel",
    explanation: "Mostly it works. It does not where the configuration holds abilities of the other compiler, or changes with it.",
    remedy: () => "Build with the compiler that the next lines name."
  }
];

const TRUST = [
  {
    id: "load-signature-required",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?(?:[\w-]+: )?[Ll]oading of (?<what>unsigned module|module with unavailable key|module with unsupported crypto) is rejected/, /^(?:module: )?(?<what>unsigned module|module with unavailable key) is rejected/],
    loader: [/^Required key not available\b/i],
    title: (groups) => `The kernel only loads modules signed with a key that it knows${said(groups, "what") === "" ? "" : `: ${said(groups, "what")}`}`,
    explanation: "CONFIG_MODULE_SIG_FORCE, module.sig_enforce=1 or Secure Boot demands a signature. The module has none, or one by a key that is neither built into the kernel nor enrolled.",
    remedy: () => "Sign it with scripts/sign-file and enrol the key (mokutil --import), or allow unsigned modules where that is your decision."
  },
  {
    id: "load-signature-bad",
    stage: "boot",
    weight: "cause",
    kernel: [/^PKCS#7 signature not signed with a trusted key/, /^PKCS7: .{0,80}(?:mismatch|failed|invalid)/i],
    loader: [/^Key was rejected by service\b/i, /^Bad message\b/i],
    title: () => "The module\u2019s signature was looked at and refused",
    explanation: "The module is signed and the signature does not hold: the file was changed after signing (stripped, compressed, edited), or the key is unknown or revoked. Where signatures are enforced, an unsigned module gets the same answer.",
    remedy: () => "Sign as the last step, after stripping; or take the signature off with `strip --strip-debug` where signatures are not demanded."
  },
  {
    id: "load-signature-taint",
    stage: "boot",
    weight: "harmless",
    kernel: [/^(?<module>[\w-]+): module verification failed: signature and\/or required key missing - tainting kernel/],
    title: (groups) => `${said(groups, "module")} is not signed with the kernel\u2019s key, which only marks the kernel as tainted (E)`,
    explanation: "The kernel can check signatures and does not demand them. Every module that is not built together with the kernel gives this line.",
    remedy: () => "Nothing is wrong. Sign the module if the mark disturbs."
  },
  {
    id: "load-out-of-tree-taint",
    stage: "boot",
    weight: "harmless",
    kernel: [/^(?<module>[\w-]+): loading out-of-tree module taints kernel/],
    title: (groups) => `${said(groups, "module")} was built outside of the kernel\u2019s source, which marks the kernel as tainted (O)`,
    explanation: "A note for those who read this kernel\u2019s bug reports. It comes with every external module.",
    remedy: () => "Nothing is wrong."
  },
  {
    id: "load-lockdown",
    stage: "boot",
    weight: "cause",
    kernel: [/^Lockdown: (?<program>[^:]{1,64}): (?<what>.{1,100}) is restricted; see man kernel_lockdown\.7/],
    title: (groups) => `The kernel is locked down and does not allow this: ${said(groups, "what")}`,
    explanation: "Lockdown comes with Secure Boot, or with lockdown= on the command line: what could change the running kernel is refused even to root, unsigned modules among it.",
    remedy: () => "Sign the module with an enrolled key, or boot without Secure Boot where that is your decision."
  },
  {
    id: "load-blacklisted",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?:module: )?Module (?<module>[\w-]+) is blacklisted/],
    title: (groups) => `${said(groups, "module")} is on the kernel\u2019s list of modules that must not be loaded`,
    explanation: "module_blacklist= on the kernel\u2019s command line names it.",
    remedy: () => "Take the name away from module_blacklist=."
  },
  {
    id: "load-livepatch",
    stage: "boot",
    weight: "cause",
    kernel: [/^(?<module>[\w-]+): module is marked as livepatch module, but livepatch support is disabled/],
    title: (groups) => `${said(groups, "module")} is a live patch and this kernel has no live patching`,
    explanation: 'MODULE_INFO(livepatch, "Y") is in the module, and the kernel was built without CONFIG_LIVEPATCH.',
    remedy: () => "Use a kernel with CONFIG_LIVEPATCH."
  },
  {
    id: "load-retpoline",
    stage: "boot",
    weight: "harmless",
    kernel: [/^(?:Spectre V2 : )?(?<module>[\w-]+): loading module not compiled with retpoline compiler/, /^Spectre V2 : System may be vulnerable to spectre v2/],
    title: () => "A module was compiled without protection against Spectre 2, and loaded",
    explanation: "The kernel\u2019s code uses retpolines and this module\u2019s does not: its compiler lacked the option.",
    remedy: () => "Build with the compiler that built the kernel."
  },
  {
    id: "load-not-permitted",
    stage: "boot",
    weight: "general",
    loader: [/^(?:Operation not permitted|Permission denied)\b/i],
    title: () => "The kernel does not let this process load modules",
    explanation: "It is not root (CAP_SYS_MODULE is missing, as in a container), kernel.modules_disabled is 1, or the kernel is locked down. Permission denied also comes from a security module or a file system that is mounted noexec.",
    remedy: () => "Load as root outside of the container; look at /proc/sys/kernel/modules_disabled and /sys/kernel/security/lockdown."
  }
];

const CAUSES = [...FORMAT, ...SYMBOLS, ...TRUST, ...START, ...LOADER, ...COMPILER, ...TOOLS, ...KBUILD, ...UNKNOWN];

function docOf(cause) {
  return `docs/causes.md#${cause}`;
}

const LONGEST = 1e3;
const MOST$2 = 5e5;
const PRINTK = /^(?:<\d{1,3}>)?(?:\[[\s\d]{0,12}\.\d{1,9}\]|\[\w{3} \w{3} [\s\d]\d \d\d:\d\d:\d\d \d{4}\])(?:\[\s{0,12}[TC]\d{1,9}\])? ?/;
const SYSLOG = /^(?:\w{3} [\s\d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.,+-]{8,24}Z?) \S{1,100} kernel: /;
const LEVEL = /^<\d{1,3}>/;
const FACILITY = /^(?:kern|user|daemon|syslog)\s{0,4}:(?:emerg|alert|crit|err|warn|notice|info|debug)\s{0,4}: /;
const COLOUR = /\u001b\[[\d;]{0,20}[mK]/g;
const RUNNER = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z /;
function* linesOf(text) {
  let at = 0;
  for (let count = 0; at <= text.length && count < MOST$2; count++) {
    const next = text.indexOf("\n", at);
    const end = next < 0 ? text.length : next;
    const raw = text.slice(at, Math.min(end, at + LONGEST)).replace(COLOUR, "").replace(/\r$/, "");
    at = end + 1;
    if (raw !== "") yield { raw, message: raw.replace(RUNNER, "").replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"') };
  }
}
function kernelMessage(line) {
  return line.replace(SYSLOG, "").replace(FACILITY, "").replace(PRINTK, "").replace(LEVEL, "").trimEnd();
}
function loaderMessage(line) {
  const [, rest] = /^(?:\S{1,100}\/)?(?:sudo: )?(?:insmod|modprobe|rmmod|depmod|libkmod)(?:: (?:ERROR|FATAL|WARNING|error))?: (.{1,900})$/.exec(line) ?? [];
  if (rest === void 0) return void 0;
  const said = rest.replace(/^\S{1,100}:\d{1,6} \w{1,60}\(\) /, "");
  return said.replace(/^(?:could not (?:insert|load|remove)(?: module)?|can't insert|can't unload module|can't load module|Module) (?:'[^']{1,300}'|\S{1,300}): /i, "");
}
function compilerMessage(line) {
  const placed = /^(?<file>[^\s:][^:]{0,300}):(?<line>\d{1,7}):(?:(?<column>\d{1,6}):)? (?<kind>fatal error|error|Error|warning|Warning): (?<text>.{1,900})$/.exec(line)?.groups;
  if (placed?.["file"] !== void 0) {
    const column = placed["column"];
    return { file: placed["file"], line: Number(placed["line"]), ...column !== void 0 && { column: Number(column) }, text: placed["text"] ?? "", kind: /warning/i.test(placed["kind"] ?? "") ? "warning" : "error" };
  }
  const alone = /^(?:(?:\S{1,200}\/)?(?:[\w-]{1,60}-)?(?:gcc|cc|clang|cc1|cc1plus|collect2)(?:-[\d.]{1,10})?|\S{1,200}\.[cS]): (?:(?:fatal )?(?<kind>error|warning): )?(?<text>.{1,900})$/.exec(line)?.groups;
  return alone === void 0 ? void 0 : { text: alone["text"] ?? "", kind: alone["kind"] === "error" ? "error" : "warning" };
}

const MOST_EVIDENCE = 5;
const MOST_OF_A_CAUSE = 8;
const MOST$1 = 60;
const TABLES = { kernel: rowsOf("kernel"), loader: rowsOf("loader"), compiler: rowsOf("compiler"), build: rowsOf("build") };
function rowsOf(source) {
  const rows = CAUSES.flatMap((cause) => (cause[source] ?? []).map((pattern) => ({ cause, pattern })));
  return { rows, any: new RegExp(rows.map(({ pattern }) => `(?:${pattern.source.replace(/\(\?<\w+>/g, "(?:")})`).join("|"), "i") };
}
function find(source, message, before, warning = false) {
  const { any, rows } = TABLES[source];
  if (!any.test(message)) return void 0;
  for (const { cause, pattern } of rows) {
    if (warning && cause.errorsOnly === true) continue;
    const match = pattern.exec(message);
    if (match === null) continue;
    const groups = match.groups ?? {};
    if (cause.after !== void 0 && !before.has(`${cause.after} ${groups["module"] ?? ""}`)) continue;
    if (groups["module"] !== void 0) before.add(`${cause.id} ${groups["module"]}`);
    return { cause, groups };
  }
  return void 0;
}
function diagnose(evidence) {
  const found = /* @__PURE__ */ new Map();
  const facts = evidence.facts ?? {};
  const before = /* @__PURE__ */ new Set();
  for (const line of linesOf(evidence.kernelLog ?? "")) add(found, line, find("kernel", kernelMessage(line.message), before), facts);
  for (const line of linesOf(evidence.insmod ?? "")) add(found, line, find("loader", loaderMessage(line.message) ?? line.message, before), facts);
  for (const line of linesOf(evidence.buildLog ?? "")) {
    const message = compilerMessage(line.message);
    const told = message === void 0 ? void 0 : find("compiler", message.text, before, message.kind === "warning");
    add(found, line, told ?? find("build", line.message, before), facts, told === void 0 ? void 0 : message);
  }
  return choose([...found.values()].map(({ diagnosis, lines, yields }) => ({ diagnosis: { ...diagnosis, evidence: lines }, yields })));
}
function add(found, line, match, facts, message) {
  if (match === void 0) return;
  const { cause, groups } = match;
  const title = cause.title(groups);
  const key = `${cause.id}
${title}`;
  const known = found.get(key);
  if (known !== void 0) {
    if (known.lines.length < MOST_EVIDENCE && !known.lines.includes(line.raw)) known.lines.push(line.raw);
    return;
  }
  if (found.size >= 4 * MOST$1) return;
  const symbol = cause.symbol === void 0 ? void 0 : groups[cause.symbol];
  const expected = groups["expected"];
  const change = symbol !== void 0 ? changeOf(symbol, groups["struct"]) : expected === void 0 ? void 0 : changeOfCallback(expected);
  found.set(key, {
    lines: [line.raw],
    yields: cause.yields === true,
    diagnosis: {
      cause: cause.id,
      stage: cause.stage,
      weight: cause.weight,
      title,
      explanation: cause.explanation,
      remedy: cause.remedy(groups, facts),
      doc: docOf(cause.id),
      ...symbol !== void 0 && { symbol },
      ...change !== void 0 && { change },
      ...message?.file !== void 0 && { place: { file: message.file, ...message.line !== void 0 && { line: message.line }, ...message.column !== void 0 && { column: message.column } } }
    }
  });
}
function choose(all) {
  const explained = new Set(all.filter(({ diagnosis }) => diagnosis.weight === "cause").map(({ diagnosis }) => diagnosis.stage));
  const counts = /* @__PURE__ */ new Map();
  const firm = new Set(all.filter(({ yields }) => !yields).map(({ diagnosis }) => diagnosis.symbol));
  const kept = all.flatMap(({ diagnosis, yields }) => {
    const { weight, stage, cause, symbol } = diagnosis;
    if (weight === "general" && explained.has(stage)) return [];
    if (yields && symbol !== void 0 && firm.has(symbol)) return [];
    const count = (counts.get(cause) ?? 0) + 1;
    counts.set(cause, count);
    return count <= MOST_OF_A_CAUSE ? [diagnosis] : [];
  });
  return [...kept.filter(({ weight }) => weight !== "harmless"), ...kept.filter(({ weight }) => weight === "harmless")].slice(0, MOST$1);
}

const STAGES = ["resolve", "install", "toolchain", "tree", "guard", "build", "proof", "boot"];
const WEIGHING = ["fail", "error", "skip"];
function verdictOf(findings) {
  return WEIGHING.find((weight) => findings.some(({ severity }) => severity === weight)) ?? "pass";
}

const OWN_VIEW = { options: [] };
function viewFiles(cacheDir, name) {
  const dir = join(cacheDir, "apt", name);
  const at = (file) => join(dir, file);
  return { dir, config: at("apt.conf"), sources: at("kernel.sources"), status: at("status"), lists: at("lists"), state: at("state"), cache: at("cache") };
}
function viewNamed(cacheDir, name) {
  if (name === void 0) return OWN_VIEW;
  return { name, options: ["--config-file", viewFiles(cacheDir, name).config] };
}
function viewConfig(files, architecture, lists = files.lists) {
  const settings = {
    "Dir::Etc::sourcelist": files.sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State": files.state,
    "Dir::State::lists": lists,
    "Dir::State::status": files.status,
    "Dir::Cache": files.cache,
    // As root apt would drop to _apt, which may have no way into the cache directory.
    "APT::Sandbox::User": "root",
    ...architecture !== "" && { "APT::Architecture": architecture, "APT::Architectures": architecture },
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false"
  };
  return Object.entries(settings).map(([name, value]) => `${name} "${value}";
`).join("");
}

const EVIDENCE_LINES = 15;
const ROWS = [
  {
    id: "host.disk-full",
    // The last is tar's when a write ends early, which for a file only a full disk makes happen.
    pattern: /No space left on device|You don't have enough free space in ([^\s]+?)\.?(?:\s|$)|Wrote only \d+ of \d+ bytes/,
    title: (what, [, place]) => `${what}: no space left on the disk${place === void 0 ? "" : ` (${place})`}`,
    remedy: "Free some space, or point cache-dir and output-dir to a larger disk: a kernel takes about 1.5 GB."
  },
  {
    id: "host.apt-locked",
    pattern: /Could not get lock (\S+?)\.?(?:(?:\s+It is held by process (\d+)(?: \(([^)\n]*)\))?)|\s)|Unable to (?:acquire the dpkg frontend lock|lock (?:directory|the administration directory))|frontend lock was locked by another process/,
    title: (what, [, lock, pid, name]) => `${what}: ${lock ?? "apt's lock"} is held by ${pid === void 0 ? "another process" : `process ${pid}${name === void 0 ? "" : ` (${name})`}`}`,
    remedy: "Wait until the other package manager has finished, then run again."
  },
  {
    id: "host.no-root",
    pattern: /Could not open lock file \S+ - open \(13: Permission denied\)|are you root\?|requested operation requires superuser privilege|sudo: (?:a password is required|a terminal is required)/,
    title: (what) => `${what} needs root, or sudo without a password`,
    remedy: "Run the gate as root, allow sudo without a password, or prepare the machine and use install: false."
  },
  {
    id: "host.apt-interrupted",
    pattern: /dpkg was interrupted, you must manually run 'dpkg --configure -a'/,
    title: (what) => `${what}: an earlier installation on this machine was interrupted`,
    remedy: "Run dpkg --configure -a, then run again."
  },
  {
    id: "host.apt-expired",
    pattern: /Release file for (\S+) is (?:expired|not valid yet) \((?:in)?valid (?:since|for another) ([^)]+)\)/,
    title: (what, [, url, since]) => `${what}: the archive's Release file ${url ?? ""} is past its date or this machine's clock is wrong (${since ?? ""})`,
    remedy: 'Check the clock. If the archive really is that old and you accept it, set Acquire::Check-Valid-Until "false" in apt.conf: apt then cannot notice a mirror that was frozen on purpose.'
  },
  {
    id: "host.apt-untrusted",
    pattern: /NO_PUBKEY|is not signed|signatures were invalid|signatures couldn't be verified|EXPKEYSIG|certificate verification failed|The certificate is NOT trusted/,
    title: (what) => `${what}: apt does not trust the archive's signature`,
    remedy: "Install the keyring package of the distribution (debian-archive-keyring), and ca-certificates where the mirror speaks https."
  },
  {
    id: "host.no-network",
    pattern: /Temporary failure resolving '([^']+)'|Could not resolve (?:host:? )?'([^']+)'|Could not connect to (\S+)|Cannot initiate the connection to (\S+)|Unable to connect to (\S+?):?\s|Connection timed out|Connection failed|Connection refused|Network is unreachable|No route to host|Name or service not known/,
    title: (what, match) => `${what}: no network (${match.slice(1).find(Boolean) ?? "the archive"} cannot be reached)`,
    remedy: "Check the network and apt's proxy (Acquire::http::Proxy), or prepare the machine beforehand and use install: false."
  },
  {
    id: "host.apt-hash-mismatch",
    pattern: /Hash Sum mismatch|File has unexpected size|Hashes of expected file/,
    title: (what) => `${what}: a file from the archive is not the one that its index promises`,
    remedy: "The mirror is in the middle of an update, or a proxy changed the file: run again in a few minutes."
  },
  {
    id: "host.apt-stale",
    pattern: /\b404\s+Not Found|Unable to fetch some archives/,
    title: (what) => `${what}: the archive no longer has a file that the package lists name`,
    remedy: "Run apt-get update and try again; a superseded kernel may have left the archive."
  },
  {
    id: "host.apt-no-release-file",
    pattern: /The repository '([^']+)' (?:does not have|no longer has) a Release file/,
    title: (what, [, repository]) => `${what}: there is no repository at ${repository ?? "an address in the sources"}`,
    remedy: "Correct apt's sources: the suite may have moved to the archive of old releases."
  },
  {
    id: "host.apt-unknown-package",
    pattern: /Unable to locate package (\S+)|Version '([^']+)' for '([^']+)' was not found|Package '?([^\s']+)'? has no installation candidate|Can't find a source to download version '([^']+)' of '([^']+)'/,
    title: (what, [, unknown, version, of, without, gone, goneOf]) => `${what}: apt does not know ${unknown ?? without ?? `${of ?? goneOf ?? "a package"} at version ${version ?? gone ?? ""}`}`,
    remedy: "Run apt-get update, and check that all of the suite\u2019s archives (security, updates) are in the sources."
  },
  {
    id: "host.apt-conflict",
    pattern: /have unmet dependencies|held broken packages|Unable to correct problems/,
    title: (what) => `${what}: the packages do not fit those that are installed`,
    remedy: "Use a clean container of the suite, or resolve what apt names below."
  }
];
function aptFailure(exit, what) {
  const text = `${exit.stderr}
${exit.stdout}`;
  const detail = evidence$1(exit);
  const common = { stage: "install", severity: "error", ...detail !== "" && { detail } };
  for (const { id, pattern, title, remedy } of ROWS) {
    const match = pattern.exec(text);
    if (match !== null) return { id, ...common, title: title(what, match), remedy };
  }
  if (exit.timedOut) {
    return { id: "host.apt-timeout", ...common, title: `${what} did not end within ${Math.round(exit.seconds)} s`, remedy: "The mirror is slow or hangs: run again, or use another one." };
  }
  return { id: "host.apt-failed", ...common, title: `${what} failed with status ${exit.status}`, remedy: "What apt said is below." };
}
function evidence$1(exit) {
  const lines = `${exit.stdout}
${exit.stderr}`.split("\n").filter((line) => line.trim() !== "");
  const said = lines.filter((line) => /^(?:E|W|Err|dpkg|N|tar|sudo|apt)\b.*:/.test(line));
  return lastLines((said.length > 0 ? said : lines).join("\n"), EVIDENCE_LINES);
}

const UPDATE_DEADLINE$1 = 600;
const INSTALL_DEADLINE = 1800;
const LOCK_WAIT$1 = 60;
const LISTS_STALE = 6 * 3600;
const LISTS = "/var/lib/apt/lists";
const QUIET = ["-q", "-y", "-o", `DPkg::Lock::Timeout=${LOCK_WAIT$1}`, "-o", "Acquire::Retries=3", "-o", "APT::Install-Recommends=false", "-o", "Dpkg::Use-Pty=0"];
function updateArgs() {
  return ["update", ...QUIET, "-o", "APT::Update::Error-Mode=any"];
}
function installArgs(packages, throwaway = false) {
  return ["install", ...QUIET, ...throwaway ? ["-o", "Dpkg::Options::=--force-unsafe-io"] : [], "--no-upgrade", "--", ...packages];
}
const BOOTED = "/run/systemd/system";
async function listsAge(directory = LISTS) {
  const names = await readdir(directory).catch(() => []);
  const times = await Promise.all(names.filter((name) => /_(In)?Release$/.test(name)).map(async (name) => (await stat(join(directory, name))).mtimeMs));
  return times.length === 0 ? Infinity : (Date.now() - (await stat(directory)).mtimeMs) / 1e3;
}
async function refreshLists(host, force = false) {
  if (!force && await listsAge() < LISTS_STALE) return;
  const exit = await host.run({ program: "apt-get", args: updateArgs(), seconds: UPDATE_DEADLINE$1, asRoot: true });
  if (exit.status !== 0) throw new GateError(aptFailure(exit, "apt-get update"));
  await markLists(host, LISTS, true);
}
async function markLists(host, directory, asRoot) {
  await host.run({ program: "touch", args: ["--no-create", "--", directory], seconds: 30, asRoot });
}
async function missingPackages(host, packages) {
  const exit = await host.run({ program: "dpkg-query", args: ["--show", "--showformat", "${Package} ${db:Status-Status} ${Provides}\n", "--", ...packages], seconds: 60 });
  const installed = new Set(exit.stdout.split("\n").flatMap((line) => line.split(" ")[1] === "installed" ? [line.split(" ")[0]] : []));
  return packages.filter((name) => !installed.has(name));
}
async function installPackages(host, packages) {
  const missing = await missingPackages(host, packages);
  if (missing.length === 0) return [];
  host.log.info(`installing ${missing.join(" ")}`);
  const installation = host.run({ program: "apt-get", args: installArgs(missing, !await exists(BOOTED)), seconds: INSTALL_DEADLINE, asRoot: true });
  const exit = await telling(host.log, `installing ${missing.join(" ")}`, duration, installation);
  host.log.detail(exit.stdout);
  if (exit.status !== 0) throw new GateError(aptFailure(exit, `apt-get install ${missing.join(" ")}`));
  return missing;
}

function released(name) {
  return { name, family: "debian", archives: [name, `${name}-updates`], security: `${name}-security`, base: name, image: `debian:${name}`, proposed: `${name}-proposed-updates` };
}
function backports(base) {
  const name = `${base}-backports`;
  return { name, family: "debian", archives: [name], base, image: `debian:${base}` };
}
const SUITES = [
  released("bullseye"),
  released("bookworm"),
  released("trixie"),
  backports("bookworm"),
  backports("trixie"),
  { name: "forky", family: "debian", archives: ["forky"], base: "forky", image: "debian:forky" },
  { name: "sid", family: "debian", archives: ["sid"], base: "sid", image: "debian:sid" },
  { name: "experimental", family: "debian", archives: ["experimental"], base: "sid", image: "debian:sid" },
  { name: "kali-rolling", family: "kali", archives: ["kali-rolling"], base: "kali-rolling", image: "kalilinux/kali-rolling" }
];
const ALIASES = { unstable: "sid", "rc-buggy": "experimental" };
function suiteNamed(name) {
  const meant = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return SUITES.find((suite) => suite.name === meant);
}
function suiteOfArchive(archive) {
  return suiteNamed(archive.replace(/:[a-z0-9]+$/, ""));
}
function addedTo(own) {
  return SUITES.filter((suite) => suite.base === own.name && suite !== own);
}

const TARGET_ARGS = ["indextargets", "--format", "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(SOURCESENTRY)|$(FILENAME)", "Created-By: Packages"];
function parseTargets(text) {
  return text.split("\n").flatMap((line) => {
    const [uri, release, component, origin, entry, file] = line.split("|").map((field) => /^\$\([A-Z_]+\)$/.test(field) ? "" : field);
    if (uri === void 0 || release === void 0 || component === void 0 || file === void 0) return [];
    return [{ uri, release, component, origin: origin ?? "", entry: entry ?? "", file }];
  });
}
const ORIGINS = { debian: "Debian", kali: "Kali" };
const SUFFIX = /-(?:security|updates|backports|proposed-updates)$/;
function mirrorsOf(targets, codename) {
  const main = targets.filter(({ component }) => component === "main");
  const suiteOf = (release) => /^(?:old)*stable$|^testing$/.test(release) ? suiteNamed(codename) : suiteNamed(release);
  for (const stated of [true, false]) {
    for (const plain of main) {
      const own = SUFFIX.test(plain.release) ? void 0 : suiteOf(plain.release);
      if (own === void 0 || own.base !== own.name || plain.origin !== "" !== stated) continue;
      if (stated && plain.origin !== ORIGINS[own.family]) continue;
      const security = main.find(({ release, origin }) => release.endsWith("-security") && origin === plain.origin);
      return { own, plain, ...security !== void 0 && { security }, targets: main.filter(({ origin }) => origin === plain.origin) };
    }
  }
  throw new GateError({
    id: "kernel.no-archive",
    stage: "resolve",
    severity: "error",
    title: "apt\u2019s sources name no suite whose kernels are known",
    ...targets.length > 0 && { detail: targets.map(({ uri, release }) => `${uri} ${release}`).join("\n") },
    remedy: "Run this in a container of Debian or Kali, such as debian:trixie."
  });
}
function entriesFor(suite, mirrors) {
  if (suite.family !== mirrors.own.family) throw noArchive(suite, `apt\u2019s sources here are of ${mirrors.own.name}, and give no mirror of ${suite.name}`);
  const plain = { uri: mirrors.plain.uri, suites: suite.archives };
  if (suite.security === void 0) return [plain];
  if (mirrors.security === void 0) throw noArchive(suite, `apt\u2019s sources here have no security archive, where ${suite.name} has its newest kernels`);
  return [plain, { uri: mirrors.security.uri, suites: [suite.security] }];
}
function coveredBy(entries, { targets }) {
  const same = (a, b) => a.replace(/\/+$/, "") === b.replace(/\/+$/, "");
  return entries.every(({ uri, suites }) => suites.every((name) => targets.some((target) => target.release === name && same(target.uri, uri))));
}
function sourcesText(entries, architecture, more) {
  return entries.map(({ uri, suites }) => {
    const fields = { Types: "deb", URIs: uri, Suites: suites.join(" "), Components: "main", Architectures: architecture, ...more };
    return Object.entries(fields).map(([name, value]) => `${name}:${value.includes("\n") ? "\n" : ""} ${value}
`).join("");
  }).join("\n");
}
function signedBy(text, number, style) {
  if (style === "list") {
    const options = /^\s*deb\s+\[([^\]]*)\]/.exec(text.split("\n")[number - 1] ?? "")?.[1] ?? "";
    return options.split(/\s+/).find((option) => option.startsWith("signed-by="))?.slice("signed-by=".length);
  }
  const bare = text.split("\n").filter((line) => !line.startsWith("#")).join("\n");
  const stanza = bare.split(/\n(?:[ \t]*\n)+/).filter((part) => part.trim() !== "")[number - 1] ?? "";
  return /^Signed-By:[ \t]*(.*(?:\n[ \t].*)*)/im.exec(stanza)?.[1]?.trim();
}
function noArchive({ name, image }, title) {
  return new GateError({ id: "kernel.no-archive", stage: "resolve", severity: "error", title, remedy: `Use a container that has ${name}, such as ${image}.` });
}

const UPDATE_DEADLINE = 600;
const LOCK_WAIT = 300;
async function ownMirrors(host) {
  const exit = await host.run({ program: "apt-get", args: TARGET_ARGS, seconds: 60 });
  return mirrorsOf(parseTargets(exit.stdout), await ownCodename());
}
async function ownCodename() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^VERSION_CODENAME="?([\w-]+)/m.exec(release)?.[1] ?? "";
}
async function trustOf({ plain }) {
  const [, file = "", number = "0"] = /^(.*):(\d+)$/.exec(plain.entry) ?? [];
  const text = await readFile(file, "utf8").catch(() => "");
  const keys = signedBy(text, Number(number), file.endsWith(".sources") ? "sources" : "list");
  return keys === void 0 ? {} : { "Signed-By": keys };
}
async function openSuite(host, suite, mirrors, setting, force = false) {
  const entries = entriesFor(suite, mirrors);
  const text = sourcesText(entries, setting.architecture, await trustOf(mirrors));
  if (setting.architecture === setting.native && coveredBy(entries, mirrors)) return writeView(suite.name, setting, text, dirname(mirrors.plain.file));
  return openView(host, suite.name, text, setting, force ? 0 : LISTS_STALE);
}
async function openView(host, plainName, sources, setting, keep) {
  const { cacheDir, install, architecture, native } = setting;
  const name = architecture === native ? plainName : `${plainName}:${architecture}`;
  const files = viewFiles(cacheDir, name);
  const changed = await readFile(files.sources, "utf8").catch(() => "") !== sources;
  const age = changed ? Infinity : await listsAge(files.lists);
  const view = await writeView(name, setting, sources);
  if (age < keep || !install && age < Infinity) return view;
  if (!install) throw noLists(name);
  host.log.info(`fetching the package lists of ${name}`);
  const args = ["--wait", String(LOCK_WAIT), join(files.dir, "fetching"), "apt-get", ...updateViewArgs(view)];
  const exit = await host.run({ program: "flock", args, seconds: LOCK_WAIT + UPDATE_DEADLINE });
  host.log.detail(exit.stdout);
  if (exit.status !== 0) throw new GateError({ ...aptFailure(exit, `Fetching the package lists of ${name}`), stage: "resolve" });
  await markLists(host, files.lists, false);
  return view;
}
function updateViewArgs(view) {
  return ["update", "-q", ...view.options, "-o", "APT::Update::Error-Mode=any", "-o", "Acquire::Retries=3"];
}
async function writeView(name, { cacheDir, architecture }, sources, lists) {
  if (/["\n]/.test(cacheDir)) throw new UsageError("cache-dir", cacheDir, "Allowed is a path without quotes: it is written into a configuration of apt, which cannot hold them.");
  const files = viewFiles(cacheDir, name);
  for (const dir of [join(files.lists, "partial"), files.state, join(files.cache, "archives", "partial")]) await mkdir(dir, { recursive: true });
  await writeFile(files.status, "");
  await writeFile(files.sources, sources);
  await writeFile(files.config, viewConfig(files, architecture, lists));
  return viewNamed(cacheDir, name);
}
function noLists(name) {
  return new GateError({
    id: "kernel.no-package-lists",
    stage: "resolve",
    severity: "error",
    title: `The package lists of ${name} are not here, and nothing may be fetched`,
    remedy: "Run once with install: true and the same cache-dir, or name the kernel without its suite."
  });
}

const VERSION$1 = "1.0.0";

function isWithin(path, directory) {
  const below = relative(directory, path);
  return below === "" || below !== ".." && !below.startsWith("../");
}
function upwards(directory) {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(parent)];
}
async function holdsGit(directory) {
  return access(join(directory, ".git")).then(
    () => true,
    () => false
  );
}
async function repositoryOf(directory, home, workspace) {
  const never = /* @__PURE__ */ new Set(["/", home]);
  for (const candidate of upwards(directory)) {
    if (candidate !== directory && never.has(candidate)) break;
    if (await holdsGit(candidate)) return candidate;
  }
  return workspace !== void 0 && workspace !== "" && !never.has(workspace) && isWithin(directory, workspace) ? workspace : directory;
}

const MAX_LINE = 2e3;
const TERMINAL_SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const INVISIBLE = new RegExp("[^\\P{Cc}\\n\\t]|\\p{Cf}|\\p{Default_Ignorable_Code_Point}", "gu");
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
const LONE_SURROGATES = new RegExp("\\p{Surrogate}", "gu");
function plainLine(line) {
  const visible = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} \u2026 (${line.length - MAX_LINE} more characters)` : line;
  return visible.replace(LONE_SURROGATES, "\uFFFD").replace(/^(\s*:)(?=:)/, "$1 ").replaceAll("##[", "## [");
}
function plainText(text) {
  return text.replace(TERMINAL_SEQUENCES, "").replace(LINE_ENDS, "\n").replace(INVISIBLE, "").split("\n").map(plainLine).join("\n");
}
function plainOneLine(text) {
  return plainText(text.replace(LINE_ENDS, " ").replace(/[\n\t]+/g, " ")).trim();
}

function shellQuote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
function shellWords(text) {
  const words = [];
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/gy;
  let word;
  let end = 0;
  for (const match of text.matchAll(token)) {
    if (match.index !== end) return void 0;
    end += match[0].length;
    const part = match[1] ?? match[2]?.replace(/\\([$`"\\])/g, "$1").replaceAll("\\\n", "") ?? (match[3] === "\n" ? "" : match[3]) ?? match[4];
    if (part !== void 0) word = (word ?? "") + part;
    else if (word !== void 0) {
      words.push(word);
      word = void 0;
    }
  }
  if (end !== text.length) return void 0;
  return word === void 0 ? words : [...words, word];
}

const FILES = { kernel: "kernel", initramfs: "initramfs.cpio.gz", modules: "modules", results: "results.txt", run: "run", gdbScript: "gdb.script", gdbSocket: "gdb.socket", symbols: "symbols.cpio", kernelSymbols: "kernel-symbols.gdb", readme: "README.txt", report: "report.json", seal: "bundle.json" };
const OWN = /* @__PURE__ */ new Set(["-kernel", "-initrd", "-append", "-accel", "-cpu", "-gdb"]);
const ALONE = /* @__PURE__ */ new Set(["-nodefaults", "-no-user-config", "-no-reboot", "-no-shutdown", "-nographic", "-enable-kvm", "-S", "-s"]);
const DROPPED = /* @__PURE__ */ new Set(["-enable-kvm", "-S", "-s"]);
function portableArgs(args) {
  const kept = [];
  let append = "";
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? "";
    if (ALONE.has(option)) {
      if (!DROPPED.has(option)) kept.push(option);
      continue;
    }
    const value = args[++at] ?? "";
    if (option === "-append") append = value;
    if (!OWN.has(option)) kept.push(option, option === "-chardev" ? portableChardev(value) : value);
  }
  return { args: kept, append };
}
function portableChardev(value) {
  const id = /^socket,(?:.*,)?id=([\w-]+)/.exec(value)?.[1];
  return id === void 0 ? value : `file,id=${id},path=${FILES.results}`;
}

function parseStanzas(text) {
  return text.split(/\n\n+/).map(fields).flatMap((field) => {
    const [name, version] = [field.get("package"), field.get("version")];
    if (name === void 0 || version === void 0) return [];
    const filename = field.get("filename");
    return [
      {
        name,
        version,
        depends: field.get("depends") ?? "",
        size: Number(field.get("size") ?? 0),
        sha256: field.get("sha256") ?? "",
        installed: field.get("status")?.endsWith(" installed") ?? false,
        ...filename !== void 0 && { filename }
      }
    ];
  });
}
function fields(stanza) {
  const found = /* @__PURE__ */ new Map();
  let last = "";
  for (const line of stanza.split("\n")) {
    if (/^[ \t]/.test(line)) {
      found.set(last, `${found.get(last) ?? ""}
${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    last = line.slice(0, colon).toLowerCase();
    found.set(last, line.slice(colon + 1).trim());
  }
  return found;
}
const DEADLINE = 60;
const OF_KERNELS = /^linux-(?:image|binary|modules|base|headers|source)-/;
async function kernelStanzas(host, view = OWN_VIEW) {
  const names = await host.run({ program: "apt-cache", args: ["pkgnames", ...view.options, "linux-"], seconds: DEADLINE });
  const wanted = names.stdout.split("\n").filter((name) => OF_KERNELS.test(name) && !name.endsWith("-dbg")).sort();
  if (wanted.length === 0) return [];
  const shown = await host.run({ program: "apt-cache", args: ["show", ...view.options, "--", ...wanted], seconds: DEADLINE });
  return parseStanzas(shown.stdout);
}

function diffConfigs(before, after) {
  const symbols = /* @__PURE__ */ new Set([...before.keys(), ...after.keys()]);
  return [...symbols].flatMap((symbol) => {
    const [was, is] = [before.get(symbol), after.get(symbol)];
    return was === is ? [] : [delta$1(symbol, was, is)];
  });
}
function delta$1(symbol, before, after) {
  return { symbol, ...before === void 0 ? {} : { before }, ...after === void 0 ? {} : { after } };
}
function splitRequested(deltas, requested) {
  const named = new Set(requested.map(({ symbol }) => symbol));
  return {
    requested: deltas.filter(({ symbol }) => named.has(symbol)),
    others: deltas.filter(({ symbol }) => !named.has(symbol))
  };
}
function describeDelta({ symbol, before, after }) {
  return `${symbol}: ${before ?? "not set"} \u2192 ${after ?? "not set"}`;
}
function sameValue(wanted, actual) {
  return wanted === (actual ?? "n");
}

function isOwn(target) {
  return "tree" in target;
}
function usesHeaders(kit) {
  return "shipped" in kit;
}

function parseRelease(release) {
  const match = /^(?<series>\d+\.\d+)(?:\.\d+)*(?:[~+][a-z0-9.+~]+)?(?:-(?:rc\d+|(?:[a-z]*\d[a-z0-9.]*)))*-(?<flavour>(?:[a-z][a-z0-9]*-)*[a-z][a-z0-9]*(?:-\d+k)?)$/.exec(release);
  const { series, flavour } = match?.groups ?? {};
  return series === void 0 || flavour === void 0 ? void 0 : { release, series, flavour };
}

const RELEASE = /^\d+\.\d+[0-9A-Za-z.+~_-]*-[a-z][0-9a-z]*(?:-[a-z][0-9a-z]*)*(?:-\d+k)?$/;
const SERIES = /^\d+(?:\.\d+)?$/;
const VERSION = /^=(?:\d+:)?\d[A-Za-z0-9.+~-]*$/;
const LATEST = /^latest-([1-9]\d?)$/;
const FLAVOUR = /^(?:\d+k|[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*(?:-\d+k)?)$/;
const GRAMMAR = "Allowed are default, a release as uname -r says it (6.1.0-56-amd64), a package version (=6.1.192-2), latest-1 to latest-99 (the newest, the one before it, \u2026), or a series (6.12 or 6). A suite and a flavour may stand before it (bookworm/cloud/6.1, trixie-backports/7, rt/default); a suite may stand alone (sid) or with a flavour (trixie/rt). An architecture may stand at the end (trixie:arm64); a release says its own.";
function parseKernel(value, name) {
  const { text, architecture } = withoutArchitecture(value, name);
  const words = text.split("/");
  const suite = suiteNamed(words[0] ?? "");
  if (suite !== void 0) words.shift();
  const last = parseWhich(words.at(-1) ?? "");
  if (last !== void 0) words.pop();
  const which = last?.kind === "latest" && SERIES.test(words.at(-1) ?? "") ? { ...last, series: words.pop() ?? "" } : last;
  const [flavour, ...rest] = words;
  if (rest.length > 0 || flavour !== void 0 && (!FLAVOUR.test(flavour) || suiteNamed(flavour) !== void 0)) throw new UsageError(name, value, GRAMMAR);
  if (suite === void 0 && which === void 0) throw new UsageError(name, value, `${GRAMMAR} The suites are ${SUITES.map((one) => one.name).join(", ")}.`);
  if (which?.kind === "release" && flavour !== void 0 && !`-${which.release.split("-").slice(1).join("-")}-`.includes(`-${flavour}-`)) throw new UsageError(name, value, `The release is not of the flavour ${flavour}.`);
  const own = which?.kind === "release" ? architectureOfFlavour(parseRelease(which.release)?.flavour ?? "") : void 0;
  if (own !== void 0 && architecture !== void 0 && own !== architecture) throw new UsageError(name, value, `The release is one of ${own.name}.`);
  const place = { ...suite !== void 0 && { suite: suite.name }, ...flavour !== void 0 && { flavour }, ...architecture !== void 0 && which?.kind !== "release" && { architecture: architecture.name } };
  return { ...which ?? { kind: "default" }, ...place };
}
function architectureOfSpec(spec) {
  if (spec.kind === "release") return architectureOfFlavour(parseRelease(spec.release)?.flavour ?? "");
  return spec.architecture === void 0 ? void 0 : ARCHITECTURES[spec.architecture];
}
function withoutArchitecture(value, name) {
  const [, text, word] = /^(.+):([a-z]\w*)$/.exec(value) ?? [];
  if (text === void 0 || word === void 0) return { text: value };
  const architecture = architectureNamed(word);
  if (architecture === void 0) throw new UsageError(name, value, `The architectures are ${Object.keys(ARCHITECTURES).join(", ")}.`);
  return { text, architecture };
}
function parseWhich(word) {
  if (word === "default") return { kind: "default" };
  if (SERIES.test(word)) return { kind: "series", series: word };
  if (VERSION.test(word)) return { kind: "version", version: word.slice(1) };
  const rank = LATEST.exec(word)?.[1];
  if (rank !== void 0) return { kind: "latest", rank: Number(rank) };
  return RELEASE.test(word) ? { kind: "release", release: word } : void 0;
}
function kernelText(spec) {
  const words = [spec.suite, spec.flavour, ...whichWords(spec)].filter((word) => word !== void 0);
  const text = (spec.kind === "default" && spec.suite !== void 0 ? words.slice(0, -1) : words).join("/");
  return spec.architecture === void 0 ? text : `${text}:${spec.architecture}`;
}
function whichWords(spec) {
  switch (spec.kind) {
    case "default":
      return ["default"];
    case "release":
      return [spec.release];
    case "series":
      return [spec.series];
    case "version":
      return [`=${spec.version}`];
    case "latest":
      return [spec.series, `latest-${spec.rank}`];
  }
}

function shortFlavour(flavour) {
  const name = architectureOfFlavour(flavour)?.name;
  return flavour.split("-").filter((word) => word !== name).join("-");
}
function longFlavour(flavour, architecture) {
  if (flavour === void 0 || flavour === "") return architecture;
  if (flavour.split("-").includes(architecture)) return flavour;
  return architectureNamed(architecture)?.suffixes.includes(flavour) === true ? `${architecture}-${flavour}` : `${flavour}-${architecture}`;
}

function weight(char) {
  if (char === void 0 || /\d/.test(char)) return 0;
  if (char === "~") return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
function compareParts(a, b) {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while (i < a.length && !/\d/.test(a[i] ?? "") || j < b.length && !/\d/.test(b[j] ?? "")) {
      const difference2 = weight(a[i]) - weight(b[j]);
      if (difference2 !== 0) return difference2;
      if (i < a.length) i++;
      if (j < b.length) j++;
    }
    const digits = (text, at) => /^\d*/.exec(text.slice(at))?.[0] ?? "";
    const [left, right] = [digits(a, i), digits(b, j)];
    const difference = BigInt(left || "0") - BigInt(right || "0");
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    i += left.length;
    j += right.length;
  }
  return 0;
}
function compareVersions(a, b) {
  const split = (version) => {
    const colon = version.indexOf(":");
    const rest = version.slice(colon + 1);
    const dash = rest.lastIndexOf("-");
    return { epoch: colon < 0 ? "0" : version.slice(0, colon), upstream: dash < 0 ? rest : rest.slice(0, dash), revision: dash < 0 ? "" : rest.slice(dash + 1) };
  };
  const [x, y] = [split(a), split(b)];
  return compareParts(x.epoch, y.epoch) || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision);
}

const IMAGE_LAYOUTS = [
  // 7.x: linux-image-R only pulls in these three.
  (release) => [`linux-binary-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-binary-unsigned-${release}`, `linux-modules-${release}`, `linux-base-${release}`],
  (release) => [`linux-image-${release}`],
  (release) => [`linux-image-${release}-unsigned`]
];
function imageDependency(depends) {
  return /(?:^|[ ,])linux-(?:image|binary)-(\d[^ ,]*)/.exec(depends)?.[1];
}
function pointsElsewhere({ name, depends }) {
  return name.startsWith("linux-image-") && imageDependency(depends) !== void 0;
}
function newestFirst(a, b) {
  return compareVersions(b.packageVersion, a.packageVersion) || compareVersions(b.release, a.release) || a.release.length - b.release.length;
}
class PackageIndex {
  #byName = /* @__PURE__ */ new Map();
  constructor(stanzas) {
    for (const stanza of stanzas) {
      if (stanza.filename === void 0 && !stanza.installed || pointsElsewhere(stanza)) continue;
      this.#byName.set(stanza.name, [...this.#byName.get(stanza.name) ?? [], stanza]);
    }
    for (const list of this.#byName.values()) list.sort((a, b) => compareVersions(b.version, a.version));
  }
  /** Every release whose packages all exist at one version, newest first. */
  completeTargets() {
    return this.#releases().map((release) => this.complete(release)).filter((target) => typeof target !== "string").sort(newestFirst);
  }
  /** The same at every version at which they all exist. */
  everyTarget() {
    return this.#releases().flatMap((release) => [...new Set(this.#byName.get(`linux-headers-${release}`)?.map(({ version }) => version))].map((version) => this.complete(release, version))).filter((target) => typeof target !== "string").sort(newestFirst);
  }
  /** The release of that flavour whose packages have this version, or a sentence that says what is missing. */
  atVersion(version, flavour) {
    const releases = this.#releases().filter((release) => parseRelease(release)?.flavour === flavour && this.#ref(`linux-headers-${release}`, version) !== void 0);
    const targets = releases.map((release) => this.complete(release, version));
    return targets.find((target) => typeof target !== "string") ?? targets[0] ?? `apt has no headers of flavour ${flavour} at version ${version}.`;
  }
  /** The target at its newest complete version (or at the wanted one), or a sentence that says which package is missing. */
  complete(release, wanted) {
    const parsed = parseRelease(release);
    if (parsed === void 0) return "This is no release of a Debian or Kali kernel.";
    const layouts = IMAGE_LAYOUTS.map((layout) => layout(release)).filter((names) => names.every((name) => this.#byName.has(name)));
    if (layouts.length === 0) return this.#byName.has(`linux-headers-${release}`) ? `apt has linux-headers-${release} but no linux-image-${release}.` : "apt has no such kernel.";
    const reasons = [];
    for (const names of layouts) {
      for (const { version } of this.#byName.get(names[0] ?? "") ?? []) {
        if (wanted !== void 0 && version !== wanted) continue;
        const target = this.#at(parsed, version, names);
        if (typeof target !== "string") return target;
        reasons.push(target);
      }
    }
    return reasons[0] ?? `apt has no linux-image-${release}${wanted === void 0 ? "" : ` ${wanted}`}.`;
  }
  #at({ release, series, flavour }, version, images) {
    const [headers, source] = [this.#ref(`linux-headers-${release}`, version), this.#ref(`linux-source-${series}`, version)];
    const image = images.map((name) => this.#ref(name, version));
    const missing = [[`linux-headers-${release}`, headers], [`linux-source-${series}`, source], ...images.map((name, i) => [name, image[i]])].filter(([, ref]) => ref === void 0);
    if (headers === void 0 || source === void 0 || missing.length > 0) return `${missing.map(([name]) => `${name} ${version}`).join(" and ")} is missing: image, headers and source must be of one version.`;
    return { release, packageVersion: version, flavour, series, image: image.filter((ref) => ref !== void 0), headers, source };
  }
  #ref(name, version) {
    const stanza = this.#byName.get(name)?.find((candidate) => candidate.version === version);
    return stanza === void 0 ? void 0 : { name, version, size: stanza.size, ...stanza.sha256 !== "" && { sha256: stanza.sha256 } };
  }
  #releases() {
    const names = [...this.#byName.keys()].flatMap((name) => /^linux-headers-(\d.*)$/.exec(name)?.[1] ?? []);
    return names.filter((release) => parseRelease(release) !== void 0 && !/-common(?:-|$)/.test(release));
  }
}

const CONFIG_ARGS = ["dump"];
function snapshotAddress(dump, origin) {
  for (const line of dump.split("\n")) {
    const [, key, address] = /^Acquire::Snapshots::URI::Origin::(\S+) "(https?:\/\/[^"\s]+?)\/archive\/[^"\s]*@SNAPSHOTID@/.exec(line) ?? [];
    if (key === origin) return address;
  }
  return void 0;
}
function parseSnapshotUrl(value, name) {
  const url = URL.canParse(value) ? new URL(value) : void 0;
  const plain = url !== void 0 && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && url.username === "" && !/[\s"|\]]/.test(value);
  if (!plain) throw new UsageError(name, value, "Allowed is an http or https address, below which /mr/ and /archive/ of the snapshot archive lie.");
  return value.replace(/\/+$/, "");
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const BROKEN = 3;
const PATIENCE = 3e3;
const PAUSE = 20;
function endInOrder(broken) {
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      say(`kmod-gate: ended by ${signal}; nothing is known about the module`);
      end(128 + constants.signals[signal]);
    });
  }
  process.once("uncaughtException", (error) => {
    try {
      broken(error);
    } finally {
      end(BROKEN);
    }
  });
}
function say(line) {
  try {
    writeSync(process.stderr.fd, `${line}
`);
  } catch {
  }
}
function end(status) {
  const children = childrenOf(process.pid);
  for (const pid of children) tell(pid);
  const until = Date.now() + PATIENCE;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (children.some(runs) && Date.now() < until) Atomics.wait(pause, 0, 0, PAUSE);
  dropScratch();
  process.exit(status);
}
function childrenOf(pid) {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).flatMap((task) => readFileSync(`${tasks}/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number));
  } catch {
    return [];
  }
}
function tell(pid) {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
  }
}
function runs(pid) {
  try {
    return !/\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const TOOL = `kmod-gate ${VERSION$1}`;
const ISSUES = "https://github.com/kmod-gate/kmod-gate/issues";

function crashText(error) {
  const { message = String(error), stack, syscall, code } = typeof error === "object" && error !== null ? error : {};
  if (code !== void 0 && syscall !== void 0) return `Error: nothing is known about the module, since the system refused what the gate needs: ${message}`;
  return `Error: a defect of ${TOOL} ended the run, so nothing is known about the module. Please report it with this text: ${ISSUES}
${stack ?? message}`;
}

function kernelWords(spec) {
  if (spec.kind === "directory") return `the kernel in ${spec.directory}`;
  if (spec.kind === "own") return `the kernel built in ${spec.tree}`;
  const plain = spec.suite === void 0 && spec.flavour === void 0;
  if (plain && spec.kind === "default") return "the default kernel";
  if (plain && spec.kind === "series") return `the newest ${spec.series} kernel`;
  return plain && spec.kind === "release" ? spec.release : `the kernel ${kernelText(spec)}`;
}
function originOf(target) {
  return isOwn(target) ? `built in ${target.tree}` : `packages ${target.packageVersion}`;
}
function moduleWords(source) {
  if (source.kind === "in-tree") return source.path;
  if (source.kind === "prebuilt") return source.files.map((file) => basename(file)).join(", ");
  return source.path === "." ? basename(source.repository) : source.path;
}
function subjectOf({ modules, request }) {
  const { shown, more } = firstOf(modules.map(({ name }) => name), 3);
  if (shown.length === 0) return plainOneLine(moduleWords(request.module));
  const rest = more > 0 ? [`${more} more`] : [];
  const names = [...shown, ...rest];
  return plainOneLine(names.length === 1 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`);
}
function kernelOf({ target, request }) {
  return target?.release ?? kernelWords(request.kernel);
}
function titles(report, severity) {
  const { shown, more } = firstOf(report.findings.filter((finding) => finding.severity === severity), 1);
  const title = plainOneLine(shown[0]?.title ?? "no reason was left").replace(/[.:]+$/, "");
  return more === 0 ? `${title}.` : `${title} (and ${more} more).`;
}
function whole({ modules }) {
  return modules.every(({ gaps }) => gaps.every(({ inherent }) => inherent === true));
}
function verdictSentence(report) {
  const subject = subjectOf(report);
  const kernel = kernelOf(report);
  if (report.verdict === "fail") return `${subject} must not be released for ${kernel}: ${titles(report, "fail")}`;
  if (report.verdict === "error") return `${subject} could not be checked for ${kernel}: ${titles(report, "error")}`;
  if (report.verdict === "skip") return `${subject} was not checked for ${kernel}: ${titles(report, "skip")}`;
  const one = report.modules.length <= 1;
  const built = report.request.module.kind !== "prebuilt";
  const did = [
    ...built ? [`${one ? "builds" : "build"} for ${kernel} under its own config`] : [],
    ...report.proof === void 0 ? [] : [`${one ? "fits" : "fit"} ${built ? "it" : kernel} ${whole(report.proof) ? "byte for byte" : "as far as could be proven"}`],
    ...report.guest === void 0 ? [] : [`${one ? "loads and unloads" : "load and unload"}${built || report.proof !== void 0 ? "" : ` on ${kernel}`}`]
  ];
  const deeds = did.join(", ");
  return report.guest === void 0 ? `${subject} ${deeds}; the kernel was not booted.` : `${subject} ${deeds}.`;
}

function markdownText(text) {
  return plainOneLine(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[\\`*[\]~#!$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&").replaceAll("|", "&#124;").replace(/:\/\//g, "&#58;//");
}
function codeSpan(text) {
  const code = plainOneLine(text);
  const fence = "`".repeat(longestRun(code) + 1);
  return code === "" ? "" : /^`|`$/.test(code) ? `${fence} ${code} ${fence}` : `${fence}${code}${fence}`;
}
function codeBlock(text, language = "text") {
  const code = plainText(text);
  const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
  return `${fence}${language}
${code}
${fence}`;
}
function longestRun(text) {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

const MARKS = { pass: "\u2713", fail: "\u2717", error: "!", skip: "\xBB", skipped: "\u2013" };
const ASCII_MARKS = { pass: "+", fail: "x", error: "!", skip: ">", skipped: "-" };
const EMOJI = { pass: "\u2705", fail: "\u274C", error: "\u26A0\uFE0F", skip: "\u23ED\uFE0F", skipped: "\u2796" };
const SEVERITY_EMOJI = { fail: "\u274C", error: "\u26A0\uFE0F", skip: "\u23ED\uFE0F", warning: "\u{1F538}", note: "\u2139\uFE0F" };
const WEIGHT = { fail: 0, error: 1, skip: 2, warning: 3, note: 4 };
function byWeight(findings) {
  return [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
}

function placeText({ file, line, column }) {
  return [file, line, column].filter((part) => part !== void 0).join(":");
}

const ALLOWED$1 = "Allowed is `YYYY-MM-DD /PATTERN/ reason` on each line: the last day on which it counts, a regular expression for the line that begins the complaint, and why it is harmless.";
function parseLogAllowance(line, name) {
  const [, expires, pattern, reason] = /^(\d{4}-\d{2}-\d{2})\s+\/(.+)\/\s+(\S.*)$/.exec(line) ?? [];
  if (expires === void 0 || pattern === void 0 || reason === void 0) throw new UsageError(name, line, ALLOWED$1);
  const day = /* @__PURE__ */ new Date(`${expires}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(expires)) throw new UsageError(name, line, `${expires} is no day. ${ALLOWED$1}`);
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    throw new UsageError(name, line, `/${pattern}/ is no regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { pattern, reason, expires };
}

function parseDevice(line, name) {
  const device = line.replace(/^--?device[ =]\s*/, "");
  if (/^[A-Za-z0-9][\w.-]*(?:,[\w.-]+(?:=[^,\s]*)?)*$/.test(device)) return device;
  throw new UsageError(name, line, "Allowed is one device on each line, as `-device help` of QEMU names them, with its properties: `e1000e,mac=52:54:00:12:34:56`.");
}

function parseInTreePath(value, name) {
  const path = value.replace(/^(?:\.\/+)+/, "").replace(/\/+$/, "").replace(/\/{2,}/g, "/");
  const parts = path.split("/");
  if (value.startsWith("/")) throw new UsageError(name, value, "Allowed is a path relative to the root of the kernel source, such as drivers/net/can/usb/etas_es58x.");
  if (parts.includes("..") || parts.includes(".")) throw new UsageError(name, value, "Allowed is a path without . and .. in it, such as drivers/net/can/usb/etas_es58x.");
  if (!/^[A-Za-z0-9_][\w.+/-]*$/.test(path)) throw new UsageError(name, value, "Allowed is a directory of the kernel source, such as drivers/net/can/usb/etas_es58x: letters, digits and _ . + - /.");
  return path;
}

const RESERVED$1 = ["rdinit", "init", "console", "panic", "root", "initrd", "quiet", "loglevel", "ignore_loglevel"];
function parseKernelArgs(value, name) {
  const words = shellWords(value);
  if (words === void 0) throw new UsageError(name, value, "A quote is not closed, or a backslash stands at the end.");
  for (const word of words) {
    if (!/^[!-~]+$/.test(word) || word === "--") throw new UsageError(name, word, "Allowed are kernel parameters such as `slub_debug=FZP` or `module.param=value`, of printable ASCII.");
    if (RESERVED$1.includes(word.split("=")[0] ?? "")) throw new UsageError(name, word, "The gate needs that parameter for itself.");
  }
  return words;
}

function parseLoadLine(line, name) {
  const [, module, parameters = ""] = /^([A-Za-z0-9_-]+)(?:\s+(\S.*))?$/.exec(line) ?? [];
  if (module === void 0 || /[\u0000-\u001f\u007f]/.test(parameters) || parameters.length > 1024) {
    throw new UsageError(name, line, "Allowed is one module on each line with its parameters behind it, such as `v4l2loopback devices=2`; up to 1024 characters of them.");
  }
  return { module: module.replaceAll("-", "_"), parameters };
}
function distinctLoads(loads, name) {
  const seen = /* @__PURE__ */ new Set();
  for (const { module } of loads) {
    if (seen.has(module)) throw new UsageError(name, module, "Allowed is one line for each module.");
    seen.add(module);
  }
  return loads;
}

const SAME_COMPILER = "the toolchain is the one that the kernel\u2019s .config names";
const SAME_TREE = "the gate itself says where the kernel tree is and what is built in it";
const NO_DETOUR = "it would bring in what the gate cannot see";
const RESERVED = {
  M: SAME_TREE,
  MO: SAME_TREE,
  KBUILD_EXTMOD: SAME_TREE,
  KBUILD_EXTMOD_OUTPUT: SAME_TREE,
  O: SAME_TREE,
  KBUILD_OUTPUT: SAME_TREE,
  KBUILD_SRC: SAME_TREE,
  KERNELRELEASE: "a module must carry the release of the kernel that it is checked for",
  KERNELVERSION: "a module must carry the release of the kernel that it is checked for",
  KCONFIG_CONFIG: "the config is the kernel\u2019s own; use options for what must differ",
  KBUILD_MODPOST_WARN: "it would turn unresolved symbols into warnings",
  ARCH: SAME_COMPILER,
  SRCARCH: SAME_COMPILER,
  CROSS_COMPILE: SAME_COMPILER,
  CC: SAME_COMPILER,
  LD: SAME_COMPILER,
  LLVM: SAME_COMPILER,
  LLVM_IAS: SAME_COMPILER,
  PAHOLE: SAME_COMPILER,
  RUSTC: SAME_COMPILER,
  BINDGEN: SAME_COMPILER,
  MAKEFLAGS: NO_DETOUR,
  GNUMAKEFLAGS: NO_DETOUR,
  MFLAGS: NO_DETOUR,
  MAKEOVERRIDES: NO_DETOUR,
  MAKEFILES: NO_DETOUR,
  SHELL: NO_DETOUR
};
const HARMLESS = /* @__PURE__ */ new Set(["-k", "--keep-going", "-s", "--silent", "--quiet", "--no-print-directory", "--trace", "--warn-undefined-variables"]);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:[+?!]|:{1,3})?=/;
const ALLOWED = `Allowed are NAME=value and ${[...HARMLESS].filter((option) => option.startsWith("--")).join(", ")}.`;
function parseMakeArgs(value, name) {
  const words = shellWords(value);
  if (words === void 0) throw new UsageError(name, value, "A quote is not closed, or a backslash stands at the end.");
  for (const word of words) {
    const variable = ASSIGNMENT.exec(word)?.[1];
    if (variable === void 0 && !HARMLESS.has(word)) throw new UsageError(name, word, ALLOWED);
    const reason = variable !== void 0 && Object.hasOwn(RESERVED, variable) ? RESERVED[variable] : void 0;
    if (reason !== void 0) throw new UsageError(name, word, `${variable ?? word} is reserved: ${reason}.`);
  }
  return words;
}

const OPTION = /^(?:CONFIG_)?([A-Za-z0-9_]+)=(y|m|n|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\["\\])*")$/;
function parseOption(line, name) {
  const [, symbol, value] = OPTION.exec(line) ?? [];
  if (symbol !== void 0 && value !== void 0) return { symbol, value };
  throw new UsageError(name, line, 'Allowed is one CONFIG_NAME=value on each line, where value is y, m, n, a number (10, 0x1f) or a "string" in double quotes.');
}
function distinctOptions(options, name) {
  const values = /* @__PURE__ */ new Map();
  for (const { symbol, value } of options) {
    const before = values.get(symbol);
    if (before !== void 0 && before !== value) throw new UsageError(name, `CONFIG_${symbol}=${value}`, `CONFIG_${symbol}=${before} is asked for too; a symbol has one value.`);
    values.set(symbol, value);
  }
  return [...values].map(([symbol, value]) => ({ symbol, value }));
}
function parseAllowance(line, name) {
  const [, symbol, reason] = /^(?:CONFIG_)?([A-Za-z0-9_]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
  if (symbol !== void 0 && reason !== void 0) return { symbol, reason };
  throw new UsageError(name, line, "Allowed is one SYMBOL: reason on each line; the reason is needed, since it stands in the report.");
}

const text$2 = (value) => value;
function integer(least, most, unit) {
  return (value, name) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    throw new UsageError(name, value, `Allowed is a whole number of ${unit} from ${least} to ${most}.`);
  };
}
function optional(parse) {
  return (value, name) => value === "" ? void 0 : parse(value, name);
}
const BOOLEANS = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false };
const boolean$1 = (value, name) => {
  const known = Object.hasOwn(BOOLEANS, value) ? BOOLEANS[value] : void 0;
  if (known === void 0) throw new UsageError(name, value, "Allowed are true and false.");
  return known;
};
function oneOf$1(...words) {
  return (value, name) => {
    const known = words.find((word) => word === value);
    if (known === void 0) throw new UsageError(name, value, `Allowed are ${words.join(", ")}.`);
    return known;
  };
}
function lines(parse) {
  return (value, name) => value.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "").map((line) => parse(line, name));
}

function input(row) {
  return { many: false, ...row };
}
const INPUTS = {
  module: input({
    name: "module",
    description: "Directory of the module that is checked; it holds a Kbuild, a Makefile or a dkms.conf. It is built in a copy of its repository, so that the checkout stays as it is.",
    default: ".",
    placeholder: "DIR",
    parse: text$2
  }),
  inTree: input({
    name: "in-tree",
    description: "Instead of `module`: a directory of the kernel\u2019s own source whose driver the distribution left off, such as `drivers/net/can/usb/etas_es58x`. Turn the driver on with `options`.",
    default: "",
    placeholder: "DIR",
    parse: optional(parseInTreePath)
  }),
  modules: input({
    name: "modules",
    description: "Instead of `module`: files that were built already and are checked as they are, one path on each line; `*` and `?` stand for any characters of a name, a directory for all modules below it. Compressed ones (.xz, .zst, .gz) are unpacked first.",
    default: "",
    placeholder: "FILE",
    many: true,
    parse: lines(text$2)
  }),
  kernel: input({
    name: "kernel",
    description: "Kernel the module is checked for: `default` (the one that the container\u2019s suite installs), a release as `uname -r` says it (`6.1.0-56-amd64`), a series (`6.12`: its newest release that has image, headers and source of one version), a suite or flavour (`trixie-backports`, `bookworm/cloud`), a package version (`=6.1.192-2`) or a rank (`latest-2`). See docs/kernels.md.",
    default: "default",
    placeholder: "KERNEL",
    parse: parseKernel
  }),
  kernelTree: input({
    name: "kernel-tree",
    description: "Instead of `kernel`: directory of a kernel that you built (the source tree, or where `O=` pointed), with its .config, its Module.symvers and its image. It is only read: what the guard and the build need of it is copied.",
    default: "",
    placeholder: "DIR",
    parse: optional(text$2)
  }),
  kernelImage: input({
    name: "kernel-image",
    description: "bzImage or vmlinux of `kernel-tree`, where it is not in it.",
    default: "",
    placeholder: "FILE",
    parse: optional(text$2)
  }),
  kernelModules: input({
    name: "kernel-modules",
    description: "Where `make modules_install` left the modules of `kernel-tree` (INSTALL_MOD_PATH), for what your modules depend on. Empty: those that lie in the tree where they were built.",
    default: "",
    placeholder: "DIR",
    parse: optional(text$2)
  }),
  options: input({
    name: "options",
    description: "Kernel options that the module needs beyond the kernel\u2019s own config, one `CONFIG_NAME=value` on each line. Nothing else may differ.",
    default: "",
    placeholder: "CONFIG_NAME=VALUE",
    many: true,
    parse: (value, name) => distinctOptions(lines(parseOption)(value, name), name)
  }),
  allowances: input({
    name: "allow-config-delta",
    description: "Symbols that may differ from the kernel\u2019s config all the same, one `SYMBOL: reason` on each line. An allowance that matches nothing is a warning.",
    default: "",
    placeholder: "SYMBOL:REASON",
    many: true,
    parse: lines(parseAllowance)
  }),
  makeArgs: input({
    name: "make-args",
    description: 'Further arguments of make for the module\u2019s build, such as `W=1 KCFLAGS="-DDEBUG -Werror"`: words as in a shell, quotes count, nothing is expanded.',
    default: "",
    placeholder: "NAME=VALUE",
    many: true,
    parse: parseMakeArgs
  }),
  dkms: input({
    name: "dkms",
    description: "Whether a dkms.conf in the module\u2019s directory says how it is built: `auto` builds it as dkms does on a user\u2019s machine, and skips kernels that it leaves out; `off` does not look at it. See docs/dkms.md.",
    default: "auto",
    placeholder: "auto|off",
    parse: oneOf$1("auto", "off")
  }),
  jobs: input({
    name: "jobs",
    description: "How many jobs make may run at once. Empty: the number of processors.",
    default: "",
    placeholder: "N",
    parse: optional(integer(1, 1024, "jobs"))
  }),
  install: input({
    name: "install",
    description: "Whether missing packages may be installed. With `false` nothing is installed, and each missing piece is a finding that names its package.",
    default: "true",
    placeholder: "true|false",
    parse: boolean$1
  }),
  abi: input({
    name: "abi",
    description: "Proof before boot that the modules fit the kernel byte for byte. Where something cannot be proven (no debug information, say), `report` tells it as a warning and `require` fails; `off` proves nothing.",
    default: "report",
    placeholder: "require|report|off",
    parse: oneOf$1("require", "report", "off")
  }),
  boot: input({
    name: "boot",
    description: "How the kernel is booted to load and unload the module: `auto` (KVM where a guest really comes up under it, else emulation), `kvm`, `tcg` (emulation), or `off`.",
    default: "auto",
    placeholder: "auto|kvm|tcg|off",
    parse: oneOf$1("auto", "kvm", "tcg", "off")
  }),
  bootTimeout: input({
    name: "boot-timeout",
    description: "Seconds that the guest may take from power-on to power-off.",
    default: "120",
    placeholder: "SECONDS",
    parse: integer(5, 3600, "seconds")
  }),
  memory: input({
    name: "memory",
    description: "Memory of the guest in MiB.",
    default: "512",
    placeholder: "MIB",
    parse: integer(64, 65536, "MiB")
  }),
  cpus: input({
    name: "cpus",
    description: "Processors of the guest.",
    default: "1",
    placeholder: "N",
    parse: integer(1, 64, "processors")
  }),
  load: input({
    name: "load",
    description: "Parameters of the modules, one module with its parameters on each line, such as `v4l2loopback devices=2`. Modules that are not named are loaded without any.",
    default: "",
    placeholder: "MODULE PARAMETERS",
    many: true,
    parse: (value, name) => distinctLoads(lines(parseLoadLine)(value, name), name)
  }),
  preload: input({
    name: "preload",
    description: "The kernel\u2019s own modules that are loaded first, with what they depend on, one on each line with its parameters. What your modules depend on is loaded without being named.",
    default: "",
    placeholder: "MODULE PARAMETERS",
    many: true,
    parse: (value, name) => distinctLoads(lines(parseLoadLine)(value, name), name)
  }),
  test: input({
    name: "test",
    description: "Test that runs in the guest after each loading: shell text, or the path of a script. Its exit status must be 0. busybox, kmod, /proc, /sys, /dev and debugfs are there; of the kernel\u2019s own modules those that the text names behind `modprobe` are too.",
    default: "",
    placeholder: "SCRIPT",
    parse: optional(text$2)
  }),
  testFiles: input({
    name: "test-files",
    description: "Files and directories that the test needs, one on each line; they lie beside it in the guest. Libraries of dynamically linked programs are taken along.",
    default: "",
    placeholder: "FILE",
    many: true,
    parse: lines(text$2)
  }),
  testTimeout: input({
    name: "test-timeout",
    description: "Seconds that one run of the test may take.",
    default: "60",
    placeholder: "SECONDS",
    parse: integer(1, 3600, "seconds")
  }),
  reloads: input({
    name: "reloads",
    description: "How many times the modules are loaded, tested and unloaded in one boot.",
    default: "3",
    placeholder: "N",
    parse: integer(1, 1e3, "times")
  }),
  devices: input({
    name: "devices",
    description: "Devices for the guest, one on each line as QEMU\u2019s -device takes it, such as `edu`, `e1000e,netdev=net0` or `usb-tablet`, so that drivers have something to bind to. Backends that may be named: netdev=net0, drive=null0, chardev=null0, memdev=mem0, canbus0=can0.",
    default: "",
    placeholder: "DEVICE",
    many: true,
    parse: lines(parseDevice)
  }),
  expectBound: input({
    name: "expect-bound",
    description: "Whether it is a failure when no driver of the modules binds to a device.",
    default: "false",
    placeholder: "true|false",
    parse: boolean$1
  }),
  machine: input({
    name: "machine",
    description: "Machine that QEMU emulates: `q35` or `microvm` (no PCI) for kernels of amd64, `virt` for those of arm64. `auto`: `q35` or `virt`.",
    default: "auto",
    placeholder: "auto|q35|microvm|virt",
    parse: oneOf$1("auto", "q35", "microvm", "virt")
  }),
  kernelArgs: input({
    name: "kernel-args",
    description: "Further parameters of the kernel in the guest, such as `slub_debug=FZP`.",
    default: "",
    placeholder: "PARAMETER",
    many: true,
    parse: parseKernelArgs
  }),
  network: input({
    name: "network",
    description: "Whether the guest gets a network card with QEMU\u2019s user network.",
    default: "false",
    placeholder: "true|false",
    parse: boolean$1
  }),
  allowLog: input({
    name: "allow-log",
    description: "Known noise in the kernel\u2019s log, one `YYYY-MM-DD /PATTERN/ reason` on each line: the last day on which it counts, a regular expression, and why it is harmless. Expired and unused lines are told.",
    default: "",
    placeholder: "DAY/PATTERN/REASON",
    many: true,
    parse: lines(parseLogAllowance)
  }),
  retries: input({
    name: "retries",
    description: "How often the guest is booted again when it could not be judged (error). A module that failed is never tried again.",
    default: "0",
    placeholder: "N",
    parse: integer(0, 10, "times")
  }),
  autopsy: input({
    name: "autopsy",
    description: "Whether the kernel is booted once more under gdb when it refuses to relocate a module, to find the member that is in the way and who wrote it: `auto` or `off`.",
    default: "auto",
    placeholder: "auto|off",
    parse: oneOf$1("auto", "off")
  }),
  bundle: input({
    name: "bundle",
    description: "When `bundle/` is left in `output-dir`, a folder that boots the same guest on any machine with QEMU (`./run`, `./run --gdb`): `on-failure`, `always` or `never`.",
    default: "on-failure",
    placeholder: "on-failure|always|never",
    parse: oneOf$1("on-failure", "always", "never")
  }),
  outputDir: input({
    name: "output-dir",
    description: "Directory for the modules, logs and reports; made when it does not exist.",
    default: "kmod-gate-out",
    placeholder: "DIR",
    parse: text$2
  }),
  snapshotUrl: input({
    name: "snapshot-url",
    description: "Address of a snapshot archive, for kernels that the mirrors no longer have. Empty: the one that apt\u2019s own configuration names.",
    default: "",
    placeholder: "URL",
    parse: optional(parseSnapshotUrl)
  }),
  cache: input({
    name: "cache",
    description: "Whether what earlier runs made may be used: a kernel tree that was prepared with the very same tools and files, and on a runner the store behind @actions/cache. `false` runs oldconfig and modules_prepare every time, asks no store, and boots no guest before the modules are built.",
    default: "true",
    placeholder: "true|false",
    parse: boolean$1
  }),
  cacheDir: input({
    name: "cache-dir",
    description: "Directory that keeps downloads from run to run. Empty: `kmod-gate` in the runner\u2019s tool cache, else in `$XDG_CACHE_HOME`, else in `~/.cache`.",
    default: "",
    placeholder: "DIR",
    parse: optional(text$2)
  }),
  cacheDays: input({
    name: "cache-days",
    description: "Days after which a run removes from `cache-dir` what no run has used; 0: never, and with `install: false` neither.",
    default: "90",
    placeholder: "DAYS",
    parse: integer(0, 3650, "days")
  })
};
const AGAINST = input({
  name: "against",
  description: "Instead of `kernel`: a directory with a vmlinux or vmlinuz and a Module.symvers, such as /usr/src/linux-headers-$(uname -r) or a build tree.",
  default: "",
  placeholder: "DIR",
  parse: optional(text$2)
});
const INPUT_LIST = Object.values(INPUTS);

function kernelArgs(spec, release) {
  if (spec.kind === "own") {
    const { tree, image, modules } = spec;
    return [`--${INPUTS.kernelTree.name}`, tree, ...image === void 0 ? [] : [`--${INPUTS.kernelImage.name}`, image], ...modules === void 0 ? [] : [`--${INPUTS.kernelModules.name}`, modules]];
  }
  if (spec.kind === "directory") return [`--${INPUTS.kernel.name}`, spec.directory];
  const word = release === void 0 ? kernelText(spec) : spec.suite === void 0 ? release : `${spec.suite}/${release}`;
  return word === INPUTS.kernel.default ? [] : [`--${INPUTS.kernel.name}`, word];
}
function positional(path) {
  return path.startsWith("-") ? `./${path}` : path;
}
function scenarioArgs(scenario) {
  const loads = (name, lines) => lines.flatMap(({ module, parameters }) => [`--${name}`, `${module} ${parameters}`.trim()]);
  const single = [
    [INPUTS.testTimeout.name, String(scenario.testTimeout), INPUTS.testTimeout.default],
    [INPUTS.reloads.name, String(scenario.reloads), INPUTS.reloads.default],
    [INPUTS.expectBound.name, String(scenario.expectBound), INPUTS.expectBound.default],
    [INPUTS.machine.name, scenario.machine, INPUTS.machine.default],
    [INPUTS.kernelArgs.name, scenario.kernelArgs.map(shellQuote).join(" "), INPUTS.kernelArgs.default],
    [INPUTS.network.name, String(scenario.network), INPUTS.network.default],
    [INPUTS.retries.name, String(scenario.retries), INPUTS.retries.default]
  ];
  return [
    ...loads(INPUTS.load.name, scenario.load),
    ...loads(INPUTS.preload.name, scenario.preload),
    ...scenario.test === void 0 ? [] : [`--${INPUTS.test.name}`, scenario.test],
    ...scenario.testFiles.flatMap(({ source }) => [`--${INPUTS.testFiles.name}`, source]),
    ...scenario.devices.flatMap((device) => [`--${INPUTS.devices.name}`, device]),
    ...scenario.allowLog.flatMap(({ expires, pattern, reason }) => [`--${INPUTS.allowLog.name}`, `${expires} /${pattern}/ ${reason}`]),
    ...single.flatMap(([name, value, usual]) => value === usual ? [] : [`--${name}`, value])
  ];
}
function subject(module) {
  if (module.kind === "in-tree") return [`--${INPUTS.inTree.name}`, module.path];
  return module.kind === "prebuilt" ? module.files.flatMap((file) => [`--${INPUTS.modules.name}`, file]) : [positional(module.path)];
}
function reproduceArgs(request, release) {
  const { module } = request;
  if (request.kernel.kind === "directory" && module.kind === "prebuilt") {
    return ["abi", ...module.files.map(positional), `--${AGAINST.name}`, request.kernel.directory, ...request.abi === INPUTS.abi.default ? [] : [`--${INPUTS.abi.name}`, request.abi]];
  }
  const single = [
    [INPUTS.makeArgs.name, request.makeArgs.map(shellQuote).join(" "), INPUTS.makeArgs.default],
    [INPUTS.dkms.name, request.dkms, INPUTS.dkms.default],
    [INPUTS.install.name, String(request.install), INPUTS.install.default],
    [INPUTS.abi.name, request.abi, INPUTS.abi.default],
    [INPUTS.boot.name, request.boot, INPUTS.boot.default],
    [INPUTS.bootTimeout.name, String(request.bootTimeout), INPUTS.bootTimeout.default],
    [INPUTS.memory.name, String(request.memory), INPUTS.memory.default],
    [INPUTS.autopsy.name, request.autopsy, INPUTS.autopsy.default],
    [INPUTS.bundle.name, request.bundle, INPUTS.bundle.default],
    [INPUTS.snapshotUrl.name, request.snapshotUrl ?? "", INPUTS.snapshotUrl.default],
    [INPUTS.cache.name, String(request.cache), INPUTS.cache.default],
    [INPUTS.cpus.name, String(request.cpus), INPUTS.cpus.default]
  ];
  return [
    "check",
    ...subject(module),
    ...request.options.flatMap(({ symbol, value }) => [`--${INPUTS.options.name}`, `CONFIG_${symbol}=${value}`]),
    ...request.allowances.flatMap(({ symbol, reason }) => [`--${INPUTS.allowances.name}`, `${symbol}: ${reason}`]),
    ...scenarioArgs(request.scenario),
    ...kernelArgs(request.kernel, release),
    ...single.flatMap(([name, value, usual]) => value === usual ? [] : [`--${name}`, value])
  ];
}
function reproduceLine(request, release) {
  return ["kmod-gate", ...reproduceArgs(request, release)].map(shellQuote).join(" ");
}

const MOST_FINDINGS$1 = 12;
const MOST_MODULES = 12;
const DETAIL_LINES$2 = 40;
const DETAIL_LENGTH = 4e3;
function head(report) {
  const { target, tool } = report;
  const kernel = target === void 0 ? "" : `Kernel **${markdownText(target.release)}**, ${markdownText(originOf(target))} \xB7 `;
  const guest = report.guest === void 0 ? "" : ` \xB7 booted under ${report.guest.accelerator.toUpperCase()}`;
  return [
    `## ${EMOJI[report.verdict]} ${report.verdict}: ${markdownText(subjectOf(report))} for ${markdownText(kernelOf(report))}`,
    markdownText(verdictSentence(report)),
    `${kernel}${duration(report.seconds)}${guest} \xB7 kmod-gate ${markdownText(tool.version)}`
  ].join("\n\n");
}
function stages(report) {
  const rows = report.stages.map(
    ({ stage, outcome, seconds, summary }) => `| ${EMOJI[outcome]} | ${stage} | ${outcome === "skipped" ? "" : duration(seconds)} | ${markdownText(summary)} |`
  );
  return ["| | stage | time | |", "|---|---|--:|---|", ...rows].join("\n");
}
function evidence(detail) {
  return `<details><summary>Evidence</summary>

${codeBlock(firstLines(detail, DETAIL_LINES$2).slice(0, DETAIL_LENGTH))}

</details>`;
}
function finding$1({ severity, id, title, place, remedy, detail }) {
  const where = place === void 0 ? "" : `, ${codeSpan(placeText(place))}`;
  const what = `${SEVERITY_EMOJI[severity]} **${markdownText(title)}** (${codeSpan(id)}${where})`;
  return [what, ...remedy === void 0 ? [] : [`\u2192 ${markdownText(remedy)}`], ...detail === void 0 ? [] : [evidence(detail)]].join("\n\n");
}
function findings(report) {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS$1);
  if (shown.length === 0) return "";
  return ["### Findings", ...shown.map(finding$1), ...more === 0 ? [] : [`and ${more} more in report.json`]].join("\n\n");
}
function modules(report) {
  const { shown, more } = firstOf(report.modules, MOST_MODULES);
  if (shown.length === 0) return "";
  const rows = shown.map(({ name, size, sha256 }) => `| ${markdownText(name)} | ${byteSize(size)} | ${markdownText(sha256.slice(0, 16))}\u2026 |`);
  return ["| module | size | SHA-256 |", "|---|--:|---|", ...rows, ...more === 0 ? [] : [`| and ${more} more | | |`]].join("\n");
}
function reportSummary(report) {
  const again = `The same on your machine: ${codeSpan(reproduceLine(report.request, report.target?.release))}`;
  const parts = [head(report), stages(report), findings(report), modules(report), again];
  return `${parts.filter((part) => part !== "").join("\n\n")}
`;
}

const MOST_FINDINGS = 20;
const DETAIL_LINES$1 = 20;
const COLOURS = { pass: 32, fail: 31, error: 33, skip: 36, skipped: 2 };
function coloured(text, code, look) {
  return look.colour ? `\x1B[${code}m${text}\x1B[0m` : text;
}
function stageLine({ stage, outcome, seconds, summary }, look) {
  const mark = coloured((look.utf8 ? MARKS : ASCII_MARKS)[outcome], COLOURS[outcome], look);
  const time = outcome === "skipped" ? "" : duration(seconds);
  return `${mark} ${stage.padEnd(9)} ${time.padStart(8)}  ${plainOneLine(summary)}`.trimEnd();
}
const OUTCOMES = { fail: "fail", error: "error", skip: "skip", warning: "error", note: "skipped" };
function indented(text, by) {
  return text.split("\n").map((line) => by + line).join("\n");
}
function findingText(finding, look) {
  const severity = coloured(finding.severity, COLOURS[OUTCOMES[finding.severity]], look);
  const where = finding.place === void 0 ? "" : `${plainOneLine(placeText(finding.place))}: `;
  const arrow = look.utf8 ? "\u2192" : "->";
  return [
    `${severity}: ${where}${plainOneLine(finding.title)} [${plainOneLine(finding.id)}]`,
    ...finding.detail === void 0 ? [] : [indented(plainText(firstLines(finding.detail, DETAIL_LINES$1)), "    ")],
    ...finding.remedy === void 0 ? [] : [indented(`${arrow} ${plainText(finding.remedy)}`, "  ")]
  ].join("\n");
}
function againLine({ request, target }, cwd) {
  const { module } = request;
  const line = reproduceLine(request, target?.release);
  return module.kind !== "out-of-tree" || cwd === void 0 || cwd === module.repository ? line : `cd ${shellQuote(module.repository)} && ${line}`;
}
function endText(report, files, look, cwd) {
  const { shown, more } = firstOf(byWeight(report.findings), MOST_FINDINGS);
  const verdict = coloured(report.verdict.toUpperCase(), COLOURS[report.verdict], look);
  return [
    "",
    ...shown.map((finding) => `${findingText(finding, look)}
`),
    ...more === 0 ? [] : [`and ${more} more findings in the report
`],
    `${verdict}  ${plainOneLine(verdictSentence(report))} (${duration(report.seconds)})`,
    ...files === void 0 ? [] : [`report: ${plainOneLine(files.html)}`],
    ...report.verdict === "pass" ? [] : [`again:  ${plainOneLine(againLine(report, cwd))}`],
    ""
  ].join("\n");
}

const MOST_DEPTH = 16;
const MOST_FILES = 1e5;
async function filesBelow(dir, wanted, enter = () => true) {
  const found = [];
  let seen = 0;
  const look = async (below, depth) => {
    if (depth > MOST_DEPTH) throw new Error(`${join(dir, below)} is more than ${MOST_DEPTH} directories deep`);
    const entries = await readdir(join(dir, below), { withFileTypes: true });
    if ((seen += entries.length) > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files in ${dir}`);
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    found.push(...files.filter(wanted).map((name) => join(below, name)));
    if (!enter(files)) return;
    for (const entry of entries) if (entry.isDirectory()) await look(join(below, entry.name), depth + 1);
  };
  await look("", 0);
  return found.sort();
}
async function hashFile(file) {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}

class ShapeError extends Error {
  constructor(at, value, allowed) {
    super(`${at === "" ? "The file" : at}: ${shown(value)} cannot be used. ${allowed}`);
    this.at = at;
    this.value = value;
    this.allowed = allowed;
  }
  at;
  value;
  allowed;
  name = "ShapeError";
}
const SHOWN = 80;
function shown(value) {
  if (value === void 0) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "a table";
  return JSON.stringify(typeof value === "string" && value.length > SHOWN ? `${value.slice(0, SHOWN)}\u2026` : value);
}
function refuse(value, at, allowed) {
  throw new ShapeError(at, value, allowed);
}
const string = (value, at) => typeof value === "string" ? value : refuse(value, at, "Allowed is a text.");
const boolean = (value, at) => typeof value === "boolean" ? value : refuse(value, at, "Allowed are true and false.");
const amount = (value, at) => typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : refuse(value, at, "Allowed is a number that is not negative.");
function text$1(pattern, allowed) {
  return (value, at) => typeof value === "string" && pattern.test(value) ? value : refuse(value, at, allowed);
}
function oneOf(words) {
  return (value, at) => words.find((word) => word === value) ?? refuse(value, at, `Allowed are ${words.join(", ")}.`);
}
function list(item, most) {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(value, at, "Allowed is a list.");
    if (value.length > most) return refuse(`${value.length} entries`, at, `Allowed are at most ${most}.`);
    return value.map((entry, i) => item(entry, `${at}[${i}]`));
  };
}
class Fields {
  constructor(value, at) {
    this.at = at;
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(value, at, "Allowed is a table of keys and values.");
    this.#fields = new Map(Object.entries(value));
  }
  at;
  #fields;
  #asked = [];
  need(name, shape) {
    this.#asked.push(name);
    return shape(this.#fields.get(name), this.#place(name));
  }
  /** An object with the key, or without it where it is absent: to be spread. */
  maybe(name, shape) {
    this.#asked.push(name);
    return this.#fields.has(name) ? { [name]: shape(this.#fields.get(name), this.#place(name)) } : {};
  }
  /** Refuses every key that was not asked for. */
  close() {
    for (const [name, value] of this.#fields) if (!this.#asked.includes(name)) refuse(value, this.#place(name), `There is no such key; the keys are ${this.#asked.join(", ")}.`);
  }
  #place(name) {
    return this.at === "" ? name : `${this.at}.${name}`;
  }
}

const SEAL_VERSION = 1;
const MOST_BYTES$1 = 8 << 20;
const MADE_BY_RUN = /* @__PURE__ */ new Set([FILES.results, FILES.kernelSymbols, "symbols.initramfs"]);
async function sealBundle(dir) {
  const names = await filesBelow(dir, (name) => name !== FILES.seal && !MADE_BY_RUN.has(name));
  const files = {};
  for (const name of names) files[name] = await hashFile(join(dir, name));
  const partial = join(dir, `${FILES.seal}.partial`);
  await writeFile(partial, `${JSON.stringify({ schemaVersion: SEAL_VERSION, version: VERSION$1, files }, null, 2)}
`);
  await rename(partial, join(dir, FILES.seal));
}
async function requireSealed(dir) {
  const { version, files } = await readSeal(dir);
  if (version !== VERSION$1) throw refusal("handover.other-version", `The bundle was made by kmod-gate ${version}, and this is ${VERSION$1}`, "Use one version for both halves.");
  const problems = [];
  for (const [name, { sha256, size }] of files) {
    const found = await hashFile(join(dir, name)).catch(() => void 0);
    if (found === void 0) problems.push(`${name} is gone`);
    else if (found.size !== size) problems.push(`${name} has ${found.size} bytes instead of ${size}`);
    else if (found.sha256 !== sha256) problems.push(`${name} was changed`);
  }
  if (problems.length > 0) throw refusal("handover.altered", `The bundle is not the one that was made: ${problems.slice(0, 5).join(", ")}${problems.length > 5 ? ` and ${problems.length - 5} more` : ""}`, "Hand the folder over as it is, and whole; make it again otherwise.");
  return new Set(files.keys());
}
async function readSeal(dir) {
  const file = join(dir, FILES.seal);
  const size = await stat(file).then((found) => found.size, () => void 0);
  if (size === void 0 || size > MOST_BYTES$1) throw refusal("handover.unreadable", size === void 0 ? `There is no ${FILES.seal} in ${dir}, so nobody can tell what it is` : `${FILES.seal} has ${size} bytes`, "Name the folder bundle/ that a run with bundle: always left, or the output directory around it.");
  try {
    const fields = new Fields(JSON.parse(await readFile(file, "utf8")), "");
    const schema = fields.need("schemaVersion", amount);
    if (schema !== SEAL_VERSION) throw refusal("handover.other-version", `${FILES.seal} is of schema ${schema}, and ${SEAL_VERSION} is known`, "Use one version for both halves.");
    const entries = fields.need("files", (value) => Object.entries(value ?? {}));
    return { version: fields.need("version", string), files: new Map(entries.map(([name, value]) => [inside(name), hashOf(value, name)])) };
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) throw refusal("handover.unreadable", `${FILES.seal} cannot be read: ${error.message}`, "Hand the folder over as it is, and whole; make it again otherwise.");
    throw error;
  }
}
const inside = (name) => text$1(/^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$)).+$/, "Allowed is a path inside the bundle.")(name, "files");
function hashOf(value, at) {
  const fields = new Fields(value, at);
  return { sha256: fields.need("sha256", text$1(/^[0-9a-f]{64}$/, "Allowed is a SHA-256 in hex.")), size: fields.need("size", amount) };
}
function refusal(id, title, remedy) {
  return new GateError({ id, stage: "boot", severity: "error", title, remedy });
}

const MANIFEST = "manifest.json";
const REPORT = "report.json";
const MANIFEST_VERSION = 1;
const MOST_BYTES = 8 << 20;
async function hashesOf(outputDir) {
  const files = await filesBelow(outputDir, (name) => name.endsWith(".ko"));
  const hashes = /* @__PURE__ */ new Map();
  for (const file of [REPORT, ...files]) hashes.set(file, await hashFile(join(outputDir, file)));
  return hashes;
}
async function writeManifest(outputDir) {
  const file = join(outputDir, MANIFEST);
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify({ schemaVersion: MANIFEST_VERSION, files: Object.fromEntries(await hashesOf(outputDir)) }, null, 2)}
`);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return file;
}
const fileHash = (value, at) => {
  const fields = new Fields(value, at);
  return { sha256: fields.need("sha256", text$1(/^[0-9a-f]{64}$/, "Allowed is a SHA-256 in hex.")), size: fields.need("size", amount) };
};
async function checkManifest(outputDir) {
  const file = join(outputDir, MANIFEST);
  const size = await stat(file).then((found) => found.size, () => void 0);
  if (size === void 0) return { kind: "missing" };
  if (size > MOST_BYTES) return { kind: "altered", problems: [`${MANIFEST} has ${size} bytes`] };
  const stated = readManifest(await readFile(file, "utf8"));
  if (typeof stated === "string") return { kind: "altered", problems: [stated] };
  const real = await hashesOf(outputDir);
  const problems = [
    ...[...real].flatMap(([name, { sha256 }]) => {
      const expected = stated.get(name);
      if (expected === void 0) return [`${name} was added`];
      return expected.sha256 === sha256 ? [] : [`${name} was changed`];
    }),
    ...[...stated.keys()].filter((name) => !real.has(name)).map((name) => `${name} is gone`)
  ];
  return problems.length === 0 ? { kind: "good", files: real } : { kind: "altered", problems };
}
function readManifest(content) {
  try {
    const fields = new Fields(JSON.parse(content), "");
    const version = fields.need("schemaVersion", amount);
    if (version !== MANIFEST_VERSION) return `${MANIFEST} is of schema ${version}, and ${MANIFEST_VERSION} is known`;
    const files = fields.need("files", (value) => value);
    return new Map(Object.entries(files ?? {}).map(([name, value]) => [name, fileHash(value, name)]));
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) return `${MANIFEST} cannot be read: ${error.message}`;
    throw error;
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function line(text) {
  return escapeHtml(plainOneLine(text));
}
function table(heads, rows) {
  const cell = (element, [text, classes]) => `<${element}${classes === void 0 ? "" : ` class="${escapeHtml(classes)}"`}>${line(text)}</${element}>`;
  const row = (element, cells) => `<tr>${cells.map((one) => cell(element, one)).join("")}</tr>`;
  const head = heads.length === 0 ? "" : `<thead>${row("th", heads)}</thead>`;
  return `<table>${head}<tbody>${rows.map((cells) => row("td", cells)).join("\n")}</tbody></table>`;
}
function section(title, html) {
  return html === "" ? "" : `<section><h2>${line(title)}</h2>${html}</section>`;
}

const MOST = 200;
const DETAIL_LINES = 400;
const CONSOLE_LINES = 400;
function bounded(items, row) {
  const { shown, more } = firstOf(items, MOST);
  return [...shown.map(row), ...more === 0 ? [] : [[[`and ${more} more in report.json`, "soft"]]]];
}
function folded(title, text) {
  return text === "" ? "" : `<details><summary>${line(title)}</summary><pre>${escapeHtml(plainText(text))}</pre></details>`;
}
function stageTable({ stages }) {
  const rows = stages.map(({ stage, outcome, seconds, summary }) => [
    [MARKS[outcome], `tone ${outcome}`],
    [stage, "short"],
    [outcome === "skipped" ? "" : duration(seconds), "num"],
    [summary]
  ]);
  return rows.length === 0 ? "" : `<div>${table([], rows)}</div>`;
}
function findingArticle({ severity, id, title, place, remedy, detail }) {
  const where = place === void 0 ? "" : ` \xB7 <code>${line(placeText(place))}</code>`;
  return [
    `<article class="${severity}"><h3>${line(title)}</h3><p class="soft"><span class="tone">${severity}</span> \xB7 <code>${line(id)}</code>${where}</p>`,
    remedy === void 0 ? "" : `<p>\u2192 ${line(remedy)}</p>`,
    detail === void 0 ? "" : `<pre>${escapeHtml(plainText(firstLines(detail, DETAIL_LINES)))}</pre>`,
    "</article>"
  ].join("");
}
function findingArticles({ findings }) {
  const { shown, more } = firstOf(byWeight(findings), MOST);
  return shown.map(findingArticle).join("\n") + (more === 0 ? "" : `<p class="soft">and ${more} more in report.json</p>`);
}
function causeWords({ cause }) {
  if (cause.kind === "tool") return cause.tool;
  if (cause.kind === "dependency") return `depends on ${cause.on}`;
  return cause.kind === "option" ? `requested option ${cause.option}` : "unknown";
}
function configTable({ config }) {
  if (config === void 0) return "";
  const row = (delta, why) => [[delta.symbol], [delta.before ?? "not set"], [delta.after ?? "not set"], [why, "soft"]];
  const beyond = config.groups.flatMap((group) => group.deltas.map((delta) => ({ delta, why: causeWords(group) })));
  const allowed = config.allowed.map((delta) => ({ delta, why: "allowed" }));
  const rows = bounded([...beyond, ...allowed], ({ delta, why }) => row(delta, why));
  return rows.length === 0 ? "" : `<div>${table([["symbol"], ["the kernel\u2019s"], ["here"], ["cause"]], rows)}</div>`;
}
function moduleTable({ modules }) {
  const rows = bounded(modules, ({ name, path, size, sha256, depends }) => [[name, "short"], [path], [byteSize(size), "num"], [depends.join(", ")], [sha256, "soft long"]]);
  return rows.length === 0 ? "" : `<div>${table([["module"], ["file"], ["size", "num"], ["depends on"], ["SHA-256"]], rows)}</div>`;
}
function proofTable({ proof }) {
  if (proof === void 0) return "";
  const of = (equal, all) => all === 0 ? "\u2013" : `${equal} of ${all}`;
  const rows = bounded(proof.modules, ({ module, structModule, types, symbols, signatures, gaps }) => [
    [module, "short"],
    [structModule, "short"],
    [of(types.identical, types.compared), "num"],
    [of(symbols.provided, symbols.imported), "num"],
    [of(symbols.crcsEqual, symbols.crcs), "num"],
    [of(signatures.identical, signatures.compared), "num"],
    [gaps.map(({ what }) => what).join(", "), "soft"]
  ]);
  const heads = [["module"], ["struct module"], ["shared types identical", "num"], ["symbols provided", "num"], ["CRCs equal", "num"], ["prototypes equal", "num"], ["not proven"]];
  return rows.length === 0 ? "" : `<div>${table(heads, rows)}</div>`;
}
function toolTable({ tools }) {
  const outcome = { ok: "pass", missing: "fail", "other-version": "fail" };
  const rows = bounded(tools, ({ tool, state, expected, actual, package: name }) => [[MARKS[outcome[state]], `tone ${outcome[state]}`], [tool, "short"], [expected ?? "", "soft"], [actual ?? "missing"], [name, "soft short"]]);
  return rows.length === 0 ? "" : `<div>${table([[""], ["tool"], ["the kernel\u2019s"], ["here"], ["package"]], rows)}</div>`;
}
function guestSection(guest) {
  if (guest === void 0) return "";
  const rows = bounded(guest.steps, ({ kind, module, own, outcome, message, seconds }) => [
    [MARKS[outcome === "ok" ? "pass" : "fail"], `tone ${outcome === "ok" ? "pass" : "fail"}`],
    [`${kind} ${module}`, "short"],
    [own ? "" : "the kernel\u2019s own", "soft short"],
    [outcome, "short"],
    [`${seconds.toFixed(2)} s`, "num"],
    [message, "soft"]
  ]);
  const how = `${guest.entry} under ${guest.accelerator.toUpperCase()}, ${duration(guest.seconds)}, ended ${guest.end}. ${guest.acceleratorReason}`;
  return `<p class="soft">${line(how)}</p><div>${rows.length === 0 ? "" : table([], rows)}${folded("Kernel log", lastLines(guest.log, CONSOLE_LINES))}${folded("Console", lastLines(guest.consoleTail, CONSOLE_LINES))}</div>`;
}

const STYLE = `
:root { color-scheme: light dark; --fg: #1c2330; --soft: #5b6675; --bg: #f6f7f9; --card: #fff; --line: #dfe3e8; --pass: #1a7f37; --fail: #c5221f; --error: #9a6700; --skip: #0969da; --skipped: #6b7684 }
@media (prefers-color-scheme: dark) { :root { --fg: #e3e8ef; --soft: #98a3b3; --bg: #12161c; --card: #1a2029; --line: #2d3642; --pass: #4cc26a; --fail: #ff7b72; --error: #e3b341; --skip: #6cb6ff; --skipped: #8a95a3 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto }
header { border-left: .4rem solid var(--tone); padding: .2rem 0 .2rem 1.2rem; margin-bottom: 2rem }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere }
h1 .verdict { color: var(--tone); text-transform: uppercase; letter-spacing: .04em }
header p { margin: .4rem 0 0; overflow-wrap: anywhere }
.soft { color: var(--soft) }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem }
section > div, article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
article { padding: .8rem 1rem; margin: 0 0 .7rem; border-left: .3rem solid var(--tone) }
article h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere }
article p { margin: .35rem 0 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .8rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: var(--soft); font-size: .85rem; vertical-align: bottom; overflow-wrap: normal }
td { min-width: 6rem }
tr + tr > *, thead + tbody > tr:first-child > * { border-top: 1px solid var(--line) }
.num { text-align: right; font-variant-numeric: tabular-nums }
.num, .short, .tone { width: 1%; min-width: 0 }
td.num, td.short, td.tone { white-space: nowrap }
.long { min-width: 14rem }
.tone { color: var(--tone); font-weight: 600 }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
pre { margin: .5rem 0 0; padding: .7rem .9rem; background: var(--bg); border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; max-height: 30rem; overflow-y: auto }
details > summary { cursor: pointer; color: var(--soft); margin-top: .35rem }
section > div > details { padding: .4rem .8rem .8rem; border-top: 1px solid var(--line) }
.pass { --tone: var(--pass) } .fail { --tone: var(--fail) } .error, .warning { --tone: var(--error) } .skip { --tone: var(--skip) } .skipped, .note { --tone: var(--skipped) }
footer { margin-top: 2.5rem; font-size: .85rem }
`;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
function facts({ target, seconds, started }) {
  const kernel = target === void 0 ? [] : [originOf(target)];
  return [...kernel, duration(seconds), started].map(line).join(" \xB7 ");
}
function reportHtml(report) {
  const title = `${subjectOf(report)} for ${kernelOf(report)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${report.verdict}: ${line(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<header class="${report.verdict}"><h1><span class="verdict">${report.verdict}</span> ${line(title)}</h1>
<p>${line(verdictSentence(report))}</p>
<p class="soft">${facts(report)}</p></header>
${section("Findings", findingArticles(report))}
${section("Stages", stageTable(report))}
${section("Differences from the kernel\u2019s config", configTable(report))}
${section("Modules", moduleTable(report))}
${section("Proof before boot", proofTable(report))}
${section("Guest", guestSection(report.guest))}
${section("Tools", toolTable(report))}
${section("Again on your machine", `<pre>${line(reproduceLine(report.request, report.target?.release))}</pre>`)}
<footer class="soft">${line(`${report.tool.name} ${report.tool.version}`)} \xB7 the same in report.json, for programs</footer>
</main></body>
</html>
`;
}

function shaped(...keys) {
  return (value) => Object.fromEntries(keys.filter((key) => value[key] !== void 0).map((key) => [key, value[key]]));
}
const packageRef = shaped("name", "version", "size", "sha256");
const place = shaped("file", "line", "column");
const guestStep = shaped("kind", "module", "own", "outcome", "status", "message", "seconds", "cycle", "references");
const guestTest = shaped("cycle", "outcome", "status", "dropped", "whole", "seconds", "deadline");
const boundDevice = shaped("module", "driver", "bus", "device");
const guestRun = shaped("accelerator", "acceleratorReason", "entry", "release", "steps", "bound", "taint", "leftovers", "end", "stopped", "log", "consoleTail", "consoleFile", "seconds");
const proofDifference = shaped("type", "kernelSize", "moduleSize", "table", "declaredIn", "option");
const proofGap = shaped("what", "why", "remedy", "inherent");
const moduleProof = shaped("module", "file", "typesFrom", "types", "structModule", "symbols", "signatures", "differences", "shifted", "gaps");
const delta = shaped("symbol", "before", "after");
const finding = shaped("id", "stage", "severity", "title", "detail", "remedy", "place");
const kernelTarget = shaped("release", "packageVersion", "flavour", "series", "image", "headers", "source", "archive");
const ownTarget = shaped("release", "series", "flavour", "tree", "imageSha256", "configSha256");
const shapedStage = shaped("stage", "outcome", "seconds", "summary");
const shapedTool = shaped("tool", "program", "package", "symbol", "expected", "actual", "state");
const shapedModule = shaped("name", "file", "path", "sha256", "size", "depends", "vermagic");
const shapedRequest = shaped("module", "kernel", "options", "allowances", "makeArgs", "dkms", "jobs", "install", "abi", "boot", "bootTimeout", "memory", "cpus", "scenario", "autopsy", "bundle", "snapshotUrl", "outputDir", "cache", "cacheDir", "cacheDays");
function shapedFinding(value) {
  return { ...finding(value), ...value.place === void 0 ? {} : { place: place(value.place) } };
}
function shapedTarget(value) {
  if (isOwn(value)) return ownTarget(value);
  return { ...kernelTarget(value), image: value.image.map(packageRef), headers: packageRef(value.headers), source: packageRef(value.source) };
}
function shapedConfig({ deltas, groups, allowed }) {
  return { deltas: deltas.map(delta), groups: groups.map((group) => ({ cause: group.cause, deltas: group.deltas.map(delta) })), allowed: allowed.map(delta) };
}
function shapedProof({ kernelTypes, modules }) {
  return {
    ...kernelTypes === void 0 ? {} : { kernelTypes },
    modules: modules.map((module) => ({ ...moduleProof(module), differences: module.differences.map(proofDifference), gaps: module.gaps.map(proofGap) }))
  };
}
const TEXT = 65536;
const text = (data) => data.toString("utf8").slice(0, TEXT);
function shapedGuest(value) {
  const tests = value.tests?.map((test) => ({ ...guestTest(test), stdout: text(test.stdout), stderr: text(test.stderr) }));
  return { ...guestRun(value), steps: value.steps.map(guestStep), ...tests !== void 0 && { tests }, ...value.bound !== void 0 && { bound: value.bound.map(boundDevice) } };
}

const SCHEMA_VERSION = 1;
const MAX_LOG_LINES = 5e3;
function reportJson(report) {
  const { tool, verdict, started, seconds, request, source, target, stages, findings, tools, config, modules, proof, guest, autopsy, bundle } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version },
    verdict,
    started,
    seconds,
    request: shapedRequest(request),
    ...source === void 0 ? {} : { source: { ...source.commit !== void 0 && { commit: source.commit }, ...source.repository !== void 0 && { repository: source.repository } } },
    reproduce: reproduceLine(request, target?.release),
    ...target === void 0 ? {} : { target: shapedTarget(target) },
    stages: stages.map(shapedStage),
    findings: findings.map(shapedFinding),
    tools: tools.map(shapedTool),
    ...config === void 0 ? {} : { config: shapedConfig(config) },
    modules: modules.map(shapedModule),
    ...proof === void 0 ? {} : { proof: shapedProof(proof) },
    ...guest === void 0 ? {} : { guest: shapedGuest({ ...guest, log: lastLines(guest.log, MAX_LOG_LINES), consoleTail: lastLines(guest.consoleTail, MAX_LOG_LINES) }) },
    ...autopsy === void 0 ? {} : { autopsy: { outcome: autopsy.outcome, sentences: autopsy.sentences, seconds: autopsy.seconds } },
    ...bundle === void 0 ? {} : { bundle }
  };
}
function reportText(report) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const json = JSON.stringify(reportJson(report), null, 2);
  const astral = json.replace(new RegExp("\\p{Cf}|\\p{Default_Ignorable_Code_Point}|[\\u007f-\\u009f\\u2028\\u2029]", "gu"), (found) => [...Array(found.length).keys()].map((i) => escape(found.charAt(i))).join(""));
  return `${astral.replaceAll("##[", "##\\u005b")}
`;
}

async function writeWhole(file, text) {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
async function writeReports(report) {
  const { outputDir } = report.request;
  const files = { json: join(outputDir, "report.json"), html: join(outputDir, "report.html"), summary: join(outputDir, "summary.md") };
  await mkdir(outputDir, { recursive: true });
  await writeWhole(files.html, reportHtml(report));
  await writeWhole(files.summary, reportSummary(report));
  await writeWhole(files.json, reportText(report));
  await writeManifest(outputDir);
  if (report.bundle !== void 0) {
    await copyFile(files.json, join(report.bundle, "report.json"));
    await sealBundle(report.bundle);
  }
  return files;
}
async function writeReportsOrSay(report) {
  try {
    return { report, files: await writeReports(report) };
  } catch (error) {
    const finding = {
      id: "report.not-written",
      stage: report.stages.at(-1)?.stage ?? "boot",
      severity: "error",
      title: `The report could not be written to ${report.request.outputDir}`,
      detail: error instanceof Error ? error.message : String(error),
      remedy: "Free space there, or give another directory with output-dir."
    };
    const findings = [...report.findings, finding];
    return { report: { ...report, findings, verdict: verdictOf(findings) } };
  }
}

const INPUT$1 = "module";
async function existingDirectory(input, value, what, cwd) {
  const path = resolve(cwd, value);
  const found = await stat(path).catch(() => void 0);
  if (found === void 0) throw new UsageError(input, value, `There is no such directory (${path}).`);
  if (!found.isDirectory()) throw new UsageError(input, value, `Allowed is ${what}; ${path} is a file.`);
  return realpath(path);
}
async function hasOneOf(dir, names) {
  const found = await Promise.all(names.map((name) => access(join(dir, name)).then(() => true, () => false)));
  return found.includes(true);
}
async function real(path) {
  return realpath(path).catch(() => path);
}
async function readModule(value, { cwd, home, variables }, dkms) {
  const dir = await existingDirectory(INPUT$1, value, "the directory of the module", cwd);
  const names = dkms === "auto" ? ["Kbuild", "Makefile", "dkms.conf"] : ["Kbuild", "Makefile"];
  if (!await hasOneOf(dir, names)) throw new UsageError(INPUT$1, value, `Allowed is a directory with a ${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}; ${dir} has none of them.`);
  if (dir === "/") throw new UsageError(INPUT$1, value, "The root of the file system cannot be copied to be built in.");
  const workspace = variables["GITHUB_WORKSPACE"];
  const repository = await repositoryOf(dir, await real(home), workspace === void 0 || workspace === "" ? void 0 : await real(workspace));
  const path = relative(repository, dir);
  return { kind: "out-of-tree", repository, path: path === "" ? "." : path };
}

async function futurePath(path) {
  const there = await real(path);
  if (there !== path || dirname(path) === path || await stat(path).catch(() => void 0) !== void 0) return there;
  return join(await futurePath(dirname(path)), basename(path));
}
async function notAFile(input, value, path) {
  const found = await stat(path).catch(() => void 0);
  if (found !== void 0 && !found.isDirectory()) throw new UsageError(input, value, `Allowed is a directory; ${path} is a file.`);
}
async function readOutputDir(value, source, cwd) {
  const path = await futurePath(resolve(cwd, value));
  await notAFile("output-dir", value, path);
  const users = source.kind === "out-of-tree" ? [source.repository, join(source.repository, source.path)] : [await real(cwd)];
  const hit = users.find((directory) => isWithin(directory, path));
  if (hit !== void 0) throw new UsageError("output-dir", value, `Allowed is a directory of its own; results in ${path} would mix with the files in ${hit}.`);
  return path;
}
async function readCacheDir(value, { cwd, home, variables }) {
  const xdg = [variables["XDG_CACHE_HOME"]].find((path2) => path2?.startsWith("/") === true);
  const base = [variables["RUNNER_TOOL_CACHE"], xdg].find((path2) => path2 !== void 0 && path2 !== "") ?? join(home, ".cache");
  const path = resolve(cwd, value ?? join(base, "kmod-gate"));
  await notAFile("cache-dir", value ?? path, path);
  return path;
}

const OWN_NAMES = { tree: "kernel-tree", image: "kernel-image", modules: "kernel-modules" };
async function readOwnKernel({ tree, image, modules }, cwd) {
  if (tree === void 0) {
    for (const [name, value] of [[OWN_NAMES.image, image], [OWN_NAMES.modules, modules]]) {
      if (value !== void 0) throw new UsageError(name, value, "Allowed is a path beside kernel-tree, the directory that the kernel was built in: it has the configuration and the symbols.");
    }
    return void 0;
  }
  return {
    kind: "own",
    tree: await existingDirectory(OWN_NAMES.tree, tree, "the directory of a kernel that was built", cwd),
    ...image !== void 0 && { image: await existingFile(OWN_NAMES.image, image, cwd) },
    ...modules !== void 0 && { modules: await existingDirectory(OWN_NAMES.modules, modules, "the directory that modules_install wrote to", cwd) }
  };
}
async function existingFile(input, value, cwd) {
  const path = resolve(cwd, value);
  const found = await stat(path).catch(() => void 0);
  if (found === void 0) throw new UsageError(input, value, `There is no such file (${path}).`);
  if (!found.isFile()) throw new UsageError(input, value, `Allowed is a bzImage or a vmlinux; ${path} is a directory.`);
  return realpath(path);
}

const SCRIPT_LIMIT = 1 << 20;
const FILES_LIMIT = 128 << 20;
async function readTest(value, cwd) {
  if (/\n/.test(value.trim())) return value;
  const path = resolve(cwd, value);
  const found = await stat(path).catch(() => void 0);
  if (found === void 0) {
    if (/^\S*\/\S*$/.test(value) && !value.startsWith("/")) throw new UsageError("test", value, `There is no such file (${path}). Allowed is a file, or shell text.`);
    return value;
  }
  if (found.isDirectory()) throw new UsageError("test", value, `Allowed is a file or shell text; ${path} is a directory.`);
  if (found.size > SCRIPT_LIMIT) throw new UsageError("test", value, `Allowed are up to ${SCRIPT_LIMIT} bytes; ${path} has ${found.size}.`);
  return readFile(path, "utf8");
}
async function readTestFiles(values, cwd) {
  const files = /* @__PURE__ */ new Map();
  let total = 0;
  for (const value of values) {
    const path = resolve(cwd, value);
    const found = await stat(path).catch(() => void 0);
    if (found === void 0) throw new UsageError("test-files", value, `There is no such file (${path}).`);
    for (const { source, name } of found.isDirectory() ? await below(path) : [{ source: path, name: basename(path) }]) {
      if (files.has(name) && files.get(name) !== source) throw new UsageError("test-files", value, `Two files would be ${name} in the guest: ${files.get(name) ?? ""} and ${source}.`);
      total += (await stat(source)).size;
      if (total > FILES_LIMIT) throw new UsageError("test-files", value, `Allowed are ${FILES_LIMIT >> 20} MiB together: the guest keeps them in memory.`);
      files.set(name, await realpath(source));
    }
  }
  return [...files].map(([path, source]) => ({ path, source }));
}
async function below(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const top = basename(directory);
  return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name)).sort().map((source) => ({ source, name: join(top, relative(directory, source)) }));
}

const INPUT = "modules";
const MODULE = /\.ko(?:\.(?:xz|zst|gz))?$/;
const escaped = (text) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
async function expand(pattern) {
  let found = ["/"];
  for (const part of pattern.split("/").filter((name) => name !== "")) {
    if (!/[*?]/.test(part)) {
      found = found.map((dir) => join(dir, part));
      continue;
    }
    const matches = new RegExp(`^${escaped(part).replaceAll("*", ".*").replaceAll("?", ".")}$`, "u");
    const names = await Promise.all(found.map(async (dir) => (await readdir(dir).catch(() => [])).filter((name) => matches.test(name) && name.startsWith(".") === part.startsWith(".")).map((name) => join(dir, name))));
    found = names.flat();
  }
  return found;
}
async function modulesAt(path, value) {
  const found = await stat(path).catch(() => void 0);
  if (found === void 0) throw new UsageError(INPUT, value, `There is no such file (${path}).`);
  if (!found.isDirectory()) {
    if (!MODULE.test(path)) throw new UsageError(INPUT, value, `Allowed are files whose name ends in .ko, .ko.xz, .ko.zst or .ko.gz; ${path} is none.`);
    return [path];
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const below = entries.filter((entry) => entry.isFile() && MODULE.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  if (below.length === 0) throw new UsageError(INPUT, value, `There is no module (.ko) below ${path}.`);
  return below;
}
async function readPrebuilt(values, cwd) {
  const files = /* @__PURE__ */ new Set();
  for (const value of values) {
    const paths = /[*?]/.test(value) ? await expand(resolve(cwd, value)) : [resolve(cwd, value)];
    if (paths.length === 0) throw new UsageError(INPUT, value, `No file matches it below ${cwd}.`);
    for (const path of paths) for (const file of await modulesAt(path, value)) files.add(await realpath(file));
  }
  const sorted = [...files].sort();
  const names = /* @__PURE__ */ new Map();
  for (const file of sorted) {
    const name = basename(file).replace(MODULE, "").replaceAll("-", "_");
    const other = names.get(name);
    if (other !== void 0) throw new UsageError(INPUT, file, `The kernel can hold one module of a name, and ${other} is ${name} too.`);
    names.set(name, file);
  }
  return { kind: "prebuilt", files: sorted };
}

function given(get, { name }) {
  return get(name)?.trim() ?? "";
}
function read(get, row) {
  const value = given(get, row);
  return row.parse(value === "" ? row.default : value, row.name);
}
async function readSource(get, around) {
  const inTree = read(get, INPUTS.inTree);
  const prebuilt = read(get, INPUTS.modules);
  if (inTree === void 0 && prebuilt.length === 0) return readModule(read(get, INPUTS.module), around, read(get, INPUTS.dkms));
  const module = given(get, INPUTS.module);
  if (module !== "" && module !== INPUTS.module.default) {
    const [name, value] = inTree === void 0 ? ["modules", prebuilt.join(" ")] : ["in-tree", inTree];
    throw new UsageError("module", module, `Allowed is either module or ${name}; ${name} is ${JSON.stringify(value)}.`);
  }
  if (inTree === void 0) return readPrebuilt(prebuilt, around.cwd);
  if (prebuilt.length > 0) throw new UsageError("modules", prebuilt.join(" "), `Allowed is either modules or in-tree; in-tree is ${JSON.stringify(inTree)}.`);
  return { kind: "in-tree", path: inTree };
}
async function readScenario(get, cwd) {
  const test = read(get, INPUTS.test);
  const files = read(get, INPUTS.testFiles);
  if (test === void 0 && files.length > 0) throw new UsageError(INPUTS.testFiles.name, files.join(" "), "Allowed are files beside a test; there is none.");
  return {
    load: read(get, INPUTS.load),
    preload: read(get, INPUTS.preload),
    ...test === void 0 ? {} : { test: await readTest(test, cwd) },
    testFiles: await readTestFiles(files, cwd),
    testTimeout: read(get, INPUTS.testTimeout),
    reloads: read(get, INPUTS.reloads),
    devices: read(get, INPUTS.devices),
    machine: read(get, INPUTS.machine),
    kernelArgs: read(get, INPUTS.kernelArgs),
    expectBound: read(get, INPUTS.expectBound),
    network: read(get, INPUTS.network),
    allowLog: read(get, INPUTS.allowLog),
    retries: read(get, INPUTS.retries)
  };
}
async function readKernelDirectory(get, cwd) {
  const [against, tree, image, modules] = [read(get, AGAINST), read(get, INPUTS.kernelTree), read(get, INPUTS.kernelImage), read(get, INPUTS.kernelModules)];
  const own = await readOwnKernel({ ...tree !== void 0 && { tree }, ...image !== void 0 && { image }, ...modules !== void 0 && { modules } }, cwd);
  if (against !== void 0) return readAgainst(against, given(get, INPUTS.kernel), cwd);
  const kernel = given(get, INPUTS.kernel);
  if (own !== void 0 && kernel !== "" && kernel !== INPUTS.kernel.default) throw new UsageError(INPUTS.kernel.name, kernel, `Allowed is either kernel or kernel-tree; kernel-tree is ${JSON.stringify(own.tree)}.`);
  return own;
}
async function readAgainst(value, kernel, cwd) {
  if (kernel !== "") throw new UsageError("kernel", kernel, `Allowed is either kernel or against; against is ${JSON.stringify(value)}.`);
  return { kind: "directory", directory: await existingDirectory(AGAINST.name, value, "the directory of a kernel", cwd) };
}
function refuseBuildInputs(get) {
  for (const row of [INPUTS.options, INPUTS.allowances, INPUTS.makeArgs]) {
    const value = given(get, row);
    if (value !== "") throw new UsageError(row.name, value, "Allowed is no such input beside `modules`: nothing is built.");
  }
}
async function readRequest(get, around) {
  const values = {
    kernel: read(get, INPUTS.kernel),
    options: read(get, INPUTS.options),
    allowances: read(get, INPUTS.allowances),
    makeArgs: read(get, INPUTS.makeArgs),
    dkms: read(get, INPUTS.dkms),
    jobs: read(get, INPUTS.jobs) ?? around.processors,
    install: read(get, INPUTS.install),
    abi: read(get, INPUTS.abi),
    boot: read(get, INPUTS.boot),
    bootTimeout: read(get, INPUTS.bootTimeout),
    memory: read(get, INPUTS.memory),
    cpus: read(get, INPUTS.cpus),
    autopsy: read(get, INPUTS.autopsy),
    bundle: read(get, INPUTS.bundle),
    cache: read(get, INPUTS.cache),
    cacheDays: read(get, INPUTS.cacheDays)
  };
  const directory = await readKernelDirectory(get, around.cwd);
  const snapshotUrl = read(get, INPUTS.snapshotUrl);
  const module = await readSource(get, around);
  if (module.kind === "prebuilt") refuseBuildInputs(get);
  return {
    module,
    ...values,
    ...snapshotUrl === void 0 ? {} : { snapshotUrl },
    scenario: await readScenario(get, around.cwd),
    ...directory !== void 0 && { kernel: directory },
    outputDir: await readOutputDir(read(get, INPUTS.outputDir), module, around.cwd),
    cacheDir: await readCacheDir(read(get, INPUTS.cacheDir), around)
  };
}

export { ET_REL as $, architectureOf as A, isWithin as B, shellQuote as C, plainOneLine as D, ElfError as E, diffConfigs as F, GateError as G, describeDelta as H, parseConfig as I, unquote as J, sameValue as K, LISTS_STALE as L, splitRequested as M, compilerPackage as N, compilerName as O, usesHeaders as P, viewNamed as Q, parseStanzas as R, crossFor as S, installPackages as T, UsageError as U, VERSION$1 as V, nativeArchitecture as W, suiteOfArchive as X, ARCHITECTURES as Y, refreshLists as Z, describeIdentity as _, reportSummary as a, SCHEMA_VERSION as a$, EM_X86_64 as a0, EM_386 as a1, identifyElf as a2, checkVermagic as a3, isOwn as a4, OWN_VIEW as a5, kernelStanzas as a6, PackageIndex as a7, longFlavour as a8, kernelText as a9, portableArgs as aA, EM_MIPS as aB, machineName as aC, architectureOfMachine as aD, machinesOf as aE, STAGES as aF, boolean$1 as aG, firstOf as aH, shortFlavour as aI, MARKS as aJ, ASCII_MARKS as aK, EMOJI as aL, markdownText as aM, SEVERITY_EMOJI as aN, filesBelow as aO, REPORT as aP, hashFile as aQ, checkManifest as aR, list as aS, Fields as aT, shown as aU, string as aV, boolean as aW, text$1 as aX, oneOf as aY, lines as aZ, amount as a_, imageDependency as aa, parseRelease as ab, compareVersions as ac, parseSnapshotUrl as ad, snapshotAddress as ae, CONFIG_ARGS as af, suiteNamed as ag, addedTo as ah, openSuite as ai, architectureOfSpec as aj, listsAge as ak, refusal as al, text$2 as am, optional as an, integer as ao, oneOf$1 as ap, FILES as aq, requireSealed as ar, ShapeError as as, endText as at, reportText as au, wide as av, amount$1 as aw, EM_AARCH64 as ax, machineNamed as ay, safe as az, codeBlock as b, ProgressBoard as b0, byWeight as b1, firstLines as b2, linesOf as b3, loaderMessage as b4, INPUT_LIST as b5, AGAINST as b6, INPUTS as b7, TOOL as b8, writeView as b9, updateViewArgs as ba, SUITES as bb, newestFirst as bc, architectureNamed as bd, architectureOfFlavour as be, mirrorsOf as bf, ownCodename as bg, crashText as c, say as d, endInOrder as e, duration as f, exists as g, verdictOf as h, diagnose as i, viewFiles as j, ownMirrors as k, lastLines as l, makeScratch as m, sourcesText as n, openView as o, plainText as p, trustOf as q, readRequest as r, stageLine as s, telling as t, entriesFor as u, verdictSentence as v, writeReportsOrSay as w, integer$1 as x, range as y, aptFailure as z };
