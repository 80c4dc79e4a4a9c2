// SPDX-License-Identifier: GPL-2.0
// Drops one reference too many
#include <linux/init.h>
#include <linux/module.h>
#include <linux/refcount.h>

static refcount_t users = REFCOUNT_INIT(1);

static int __init refcount_underflow_init(void)
{
	refcount_dec(&users);
	if (refcount_dec_and_test(&users))
		pr_info("gone\n");
	return 0;
}
module_init(refcount_underflow_init);

static void __exit refcount_underflow_exit(void)
{
}
module_exit(refcount_underflow_exit);

MODULE_DESCRIPTION("Drops one reference too many");
MODULE_LICENSE("GPL");
