// SPDX-License-Identifier: GPL-2.0
// Writes through a null pointer in init
#include <linux/init.h>
#include <linux/module.h>

static int *nothing;

static int __init null_dereference_init(void)
{
	WRITE_ONCE(*nothing, 1);
	return 0;
}
module_init(null_dereference_init);

static void __exit null_dereference_exit(void)
{
}
module_exit(null_dereference_exit);

MODULE_DESCRIPTION("Writes through a null pointer in init");
MODULE_LICENSE("GPL");
