// SPDX-License-Identifier: GPL-2.0
// Leaves a debugfs directory behind
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init debugfs_leftover_init(void)
{
	debugfs_create_dir("kmod_gate_forgotten", NULL);
	return 0;
}
module_init(debugfs_leftover_init);

static void __exit debugfs_leftover_exit(void)
{
}
module_exit(debugfs_leftover_exit);

MODULE_DESCRIPTION("Leaves a debugfs directory behind");
MODULE_LICENSE("GPL");
