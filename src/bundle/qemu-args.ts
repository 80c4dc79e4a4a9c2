/** QEMU's arguments of a run, made fit for a folder that is moved: what `run` sets itself is taken out. */
export interface PortableArgs {
  /** In order; paths relative to the folder. */
  readonly args: readonly string[]
  /** Value of -append. */
  readonly append: string
}

/** Names of the bundle's files, relative to it. */
export const FILES = { kernel: 'kernel', initramfs: 'initramfs.cpio.gz', modules: 'modules', results: 'results.txt', run: 'run', gdbScript: 'gdb.script', gdbSocket: 'gdb.socket', symbols: 'symbols.cpio', kernelSymbols: 'kernel-symbols.gdb', readme: 'README.txt', report: 'report.json', seal: 'bundle.json' } as const

/** Options whose value `run` chooses or knows itself. */
const OWN = new Set(['-kernel', '-initrd', '-append', '-accel', '-cpu', '-gdb'])
/** Options without a value (qemu-system-x86_64(1)), among those that a guest is started with. */
const ALONE = new Set(['-nodefaults', '-no-user-config', '-no-reboot', '-no-shutdown', '-nographic', '-enable-kvm', '-S', '-s'])
const DROPPED = new Set(['-enable-kvm', '-S', '-s'])

/** Sockets on which the gate listened become a file; all else stays as the run had it. */
export function portableArgs(args: readonly string[]): PortableArgs {
  const kept: string[] = []
  let append = ''
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? ''
    if (ALONE.has(option)) {
      if (!DROPPED.has(option)) kept.push(option)
      continue
    }
    const value = args[++at] ?? ''
    if (option === '-append') append = value
    if (!OWN.has(option)) kept.push(option, option === '-chardev' ? portableChardev(value) : value)
  }
  return { args: kept, append }
}

function portableChardev(value: string): string {
  const id = /^socket,(?:.*,)?id=([\w-]+)/.exec(value)?.[1]
  return id === undefined ? value : `file,id=${id},path=${FILES.results}`
}
