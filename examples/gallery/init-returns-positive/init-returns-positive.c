// SPDX-License-Identifier: GPL-2.0
// Returns a positive number from init
#include <linux/init.h>
#include <linux/module.h>

static int __init init_returns_positive_init(void)
{
	return 5;
}
module_init(init_returns_positive_init);

static void __exit init_returns_positive_exit(void)
{
}
module_exit(init_returns_positive_exit);

MODULE_DESCRIPTION("Returns a positive number from init");
MODULE_LICENSE("GPL");
