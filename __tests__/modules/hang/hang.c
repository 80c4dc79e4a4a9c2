// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/processor.h>

static int __init hang_init(void)
{
	for (;;)
		cpu_relax();
	return 0;
}

static void __exit hang_exit(void)
{
}

module_init(hang_init);
module_exit(hang_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
