// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

#include "two_base.h"

int two_base_answer(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(two_base_answer);

static int __init two_base_init(void)
{
	return 0;
}

static void __exit two_base_exit(void)
{
}

module_init(two_base_init);
module_exit(two_base_exit);

MODULE_DESCRIPTION("The one that the other depends on");
MODULE_LICENSE("GPL");
