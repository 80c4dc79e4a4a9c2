// SPDX-License-Identifier: GPL-2.0
// Reads from a non-canonical address
#include <linux/init.h>
#include <linux/module.h>

static unsigned long wild = 0xdead000000000000;

static int __init wild_pointer_init(void)
{
	return READ_ONCE(*(int *)wild) ? -EINVAL : 0;
}
module_init(wild_pointer_init);

static void __exit wild_pointer_exit(void)
{
}
module_exit(wild_pointer_exit);

MODULE_DESCRIPTION("Reads from a non-canonical address");
MODULE_LICENSE("GPL");
