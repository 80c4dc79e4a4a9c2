// SPDX-License-Identifier: GPL-2.0
// Sets a taint flag of its own
#include <linux/init.h>
#include <linux/module.h>
#include <linux/panic.h>

static int __init taint_init(void)
{
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	return 0;
}
module_init(taint_init);

static void __exit taint_exit(void)
{
}
module_exit(taint_exit);

MODULE_DESCRIPTION("Sets a taint flag of its own");
MODULE_LICENSE("GPL");
