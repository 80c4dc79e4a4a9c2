// SPDX-License-Identifier: GPL-2.0
// Writes through a null pointer in exit
#include <linux/init.h>
#include <linux/module.h>

static int *nothing;

static int __init oops_in_exit_init(void)
{
	return 0;
}
module_init(oops_in_exit_init);

static void __exit oops_in_exit_exit(void)
{
	WRITE_ONCE(*nothing, 1);
}
module_exit(oops_in_exit_exit);

MODULE_DESCRIPTION("Writes through a null pointer in exit");
MODULE_LICENSE("GPL");
