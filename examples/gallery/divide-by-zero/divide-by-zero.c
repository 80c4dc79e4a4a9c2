// SPDX-License-Identifier: GPL-2.0
// Divides by zero
#include <linux/init.h>
#include <linux/module.h>

static int zero;

static int __init divide_by_zero_init(void)
{
	WRITE_ONCE(zero, 100 / READ_ONCE(zero));
	return 0;
}
module_init(divide_by_zero_init);

static void __exit divide_by_zero_exit(void)
{
}
module_exit(divide_by_zero_exit);

MODULE_DESCRIPTION("Divides by zero");
MODULE_LICENSE("GPL");
