import { randomBytes } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Command, Host } from '../host/host.js'

/** chattr +T, whose package containers often lack: FS_IOC_GETFLAGS, FS_IOC_SETFLAGS and FS_TOPDIR_FL of include/uapi/linux/fs.h, of a 64-bit machine. */
const PROGRAM = 'open my $d, "<", $ARGV[0] or exit; my $flags = pack "l!", 0; ioctl $d, 0x80086601, $flags or exit; $flags = pack "l!", 0x20000 | unpack "l!", $flags; ioctl $d, 0x40086602, $flags'

/** Between the name of a directory and what makes it another one, as long as it is not in its place. */
export const APART = '.new-'

/**
 * Has ext4 spread the directories that are made in `directory` over the disk. Before it gives out an inode it passes over each of the same group that was
 * freed within the last seconds (recently_deleted() in fs/ext4/ialloc.c): beside 20,000 files that were just removed, making as many takes eight times
 * as long. On other file systems nothing is done. Debian always has perl-base.
 */
export function spreadCommand(directory: string): Command {
  return { program: 'perl', args: ['-e', PROGRAM, directory], seconds: 30 }
}

/** Makes an empty directory for thousands of files at `path`, where there is none, away from those that were just removed. @throws Error when it cannot be made */
export async function makeApart(host: Host, path: string): Promise<void> {
  if ((await host.which('perl')) !== undefined) await host.run(spreadCommand(dirname(path)))
  // A name that was not there before, for where a directory comes to lie goes by its name; it stays there when it is renamed.
  const fresh = `${path}${APART}${randomBytes(8).toString('hex')}`
  await mkdir(fresh)
  await rename(fresh, path)
}
