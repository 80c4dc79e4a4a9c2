// SPDX-License-Identifier: GPL-2.0
// Keeps its device numbers, so it can be loaded only once
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init chrdev_leftover_init(void)
{
	return register_chrdev_region(MKDEV(240, 0), 1, "kmod_gate_numbers");
}
module_init(chrdev_leftover_init);

static void __exit chrdev_leftover_exit(void)
{
}
module_exit(chrdev_leftover_exit);

MODULE_DESCRIPTION("Keeps its device numbers, so it can be loaded only once");
MODULE_LICENSE("GPL");
