// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

static int __init oopsing_init(void)
{
	/* A pointer that the compiler cannot see through, so that the fault is a real one. */
	int *volatile nowhere = NULL;

	return *nowhere;
}

static void __exit oopsing_exit(void)
{
}

module_init(oopsing_init);
module_exit(oopsing_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
