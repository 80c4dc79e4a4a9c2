// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/slab.h>

/*
 * The kernel has types of these names inside its own .c files and private headers. Ours are others and are never handed over:
 * that the names are equal is nobody's business.
 */
struct worker {
	char name[3];
	long double_word[2];
};

struct console_cmdline {
	short flags : 3;
	short more : 7;
	struct worker *owner;
};

union abi_any {
	struct worker worker;
	struct console_cmdline line;
};

static union abi_any *any;

static int __init abi_private_init(void)
{
	any = kzalloc(sizeof(*any), GFP_KERNEL);
	if (!any)
		return -ENOMEM;
	any->line.more = 5;
	any->line.owner = &any->worker;
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_private_init);

static void __exit abi_private_exit(void)
{
	kfree(any);
}
module_exit(abi_private_exit);

MODULE_DESCRIPTION("Private types that are named like private types of the kernel");
MODULE_LICENSE("GPL");
