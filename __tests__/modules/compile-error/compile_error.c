// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

static int __init compile_error_init(void)
{
	int answer = 42;

	return anwser;
}

static void __exit compile_error_exit(void)
{
}

module_init(compile_error_init);
module_exit(compile_error_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
