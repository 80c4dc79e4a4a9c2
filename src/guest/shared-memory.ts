import { open, readFile, readdir, readlink } from 'node:fs/promises'

/**
 * The memory through which a running guest is given more files. It lies above what kernel and initramfs are loaded to, and below the end of the memory:
 * read(2) of /dev/mem ends at high_memory (valid_phys_addr_range in arch/x86/mm/mmap.c). What is not written to takes no memory of the host.
 */
export const AREA = { address: 256 << 20, bytes: 64 << 20 } as const
/** MiB of a guest in which that holds. */
export const LEAST_MEMORY = 384
/** What read(2) takes of /dev/mem at once. */
export const PAGE = 4096

/** The data in whole pages; undefined when AREA cannot hold it. */
export function pagesOf(data: Buffer): Buffer | undefined {
  const pages = Buffer.concat([data, Buffer.alloc((PAGE - (data.length % PAGE)) % PAGE)])
  return pages.length > AREA.bytes ? undefined : pages
}

/**
 * Writes into AREA of the QEMU that wrote the file with its process id. Its memory is a file without a name (memfd_create(2)), which can be opened as
 * one of the process's own (proc_pid_fd(5)).
 * @throws Error when there is no such process, or it may not be looked into
 */
export async function writeShared(pidFile: string, pages: Buffer): Promise<void> {
  const fds = `/proc/${(await readFile(pidFile, 'utf8')).trim()}/fd`
  for (const fd of await readdir(fds)) {
    // One may be closed meanwhile.
    const what = await readlink(`${fds}/${fd}`).catch(() => '')
    if (!what.startsWith('/memfd:memory-backend-memfd')) continue
    const memory = await open(`${fds}/${fd}`, 'r+')
    try {
      await memory.write(pages, 0, pages.length, AREA.address)
    } finally {
      await memory.close()
    }
    return
  }
  throw new Error(`${fds}: the guest’s memory is not among them`)
}
