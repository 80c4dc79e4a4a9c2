// SPDX-License-Identifier: GPL-2.0
// Brings eight megabytes of data
#include <linux/init.h>
#include <linux/module.h>

static char table[8 << 20] = { 1 };

static int __init big_init(void)
{
	return READ_ONCE(table[0]) == 1 ? 0 : -EINVAL;
}
module_init(big_init);

static void __exit big_exit(void)
{
}
module_exit(big_exit);

MODULE_DESCRIPTION("Brings eight megabytes of data");
MODULE_LICENSE("GPL");
