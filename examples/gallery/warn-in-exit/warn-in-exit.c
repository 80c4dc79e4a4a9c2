// SPDX-License-Identifier: GPL-2.0
// Warns while it is unloaded
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

static bool always = true;

static int __init warn_in_exit_init(void)
{
	return 0;
}
module_init(warn_in_exit_init);

static void __exit warn_in_exit_exit(void)
{
	WARN(READ_ONCE(always), "the queue still holds %d entries", 3);
}
module_exit(warn_in_exit_exit);

MODULE_DESCRIPTION("Warns while it is unloaded");
MODULE_LICENSE("GPL");
