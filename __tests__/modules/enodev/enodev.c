// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/errno.h>

static int __init enodev_init(void)
{
	return -ENODEV;
}

static void __exit enodev_exit(void)
{
}

module_init(enodev_init);
module_exit(enodev_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
