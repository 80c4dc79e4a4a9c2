// SPDX-License-Identifier: GPL-2.0
// Has files in debugfs and removes them
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/module.h>

static struct dentry *dir;
static u32 count = 7;

static int __init debugfs_removed_init(void)
{
	dir = debugfs_create_dir("kmod_gate_good", NULL);
	debugfs_create_u32("count", 0444, dir, &count);
	return 0;
}
module_init(debugfs_removed_init);

static void __exit debugfs_removed_exit(void)
{
	debugfs_remove_recursive(dir);
}
module_exit(debugfs_removed_exit);

MODULE_DESCRIPTION("Has files in debugfs and removes them");
MODULE_LICENSE("GPL");
