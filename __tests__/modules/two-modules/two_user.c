// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

#include "two_base.h"

static int __init two_user_init(void)
{
	pr_info("two_user: the answer is %d\n", two_base_answer());
	return 0;
}

static void __exit two_user_exit(void)
{
}

module_init(two_user_init);
module_exit(two_user_exit);

MODULE_DESCRIPTION("Depends on two_base");
MODULE_LICENSE("GPL");
