// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

#include "abi_base.h"

static int __init abi_user_init(void)
{
	struct abi_question question = { .left = 40, .right = 2 };

	if (abi_base_answer(&question) != 42)
		pr_err("LAYOUT: abi_base adds 40 and 2 to %d\n", abi_base_answer(&question));
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_user_init);

static void __exit abi_user_exit(void)
{
}
module_exit(abi_user_exit);

MODULE_DESCRIPTION("Needs abi_base");
MODULE_LICENSE("GPL");
