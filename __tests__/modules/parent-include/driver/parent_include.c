// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

#include "shared_answer.h"

static int __init parent_include_init(void)
{
	pr_info("parent_include: the answer is %d\n", SHARED_ANSWER);
	return 0;
}

static void __exit parent_include_exit(void)
{
}

module_init(parent_include_init);
module_exit(parent_include_exit);

MODULE_DESCRIPTION("Reaches for a header of its repository");
MODULE_LICENSE("GPL");
