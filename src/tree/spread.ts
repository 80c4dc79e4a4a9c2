import type { Command } from '../host/host.js'

/** chattr +T, whose package containers often lack: FS_IOC_GETFLAGS, FS_IOC_SETFLAGS and FS_TOPDIR_FL of include/uapi/linux/fs.h, of a 64-bit machine. */
const PROGRAM = 'open my $d, "<", $ARGV[0] or exit; my $flags = pack "l!", 0; ioctl $d, 0x80086601, $flags or exit; $flags = pack "l!", 0x20000 | unpack "l!", $flags; ioctl $d, 0x40086602, $flags'

/**
 * Has ext4 spread the directories that are made in `directory` over the disk. Before it gives out an inode it passes over each of the same group that was
 * freed within the last seconds (recently_deleted() in fs/ext4/ialloc.c): beside 20,000 files that were just removed, making as many takes eight times
 * as long. On other file systems nothing is done. Debian always has perl-base.
 */
export function spreadCommand(directory: string): Command {
  return { program: 'perl', args: ['-e', PROGRAM, directory], seconds: 30 }
}
