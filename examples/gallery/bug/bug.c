// SPDX-License-Identifier: GPL-2.0
// Stops at BUG_ON
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

static bool always = true;

static int __init bug_init(void)
{
	BUG_ON(READ_ONCE(always));
	return 0;
}
module_init(bug_init);

static void __exit bug_exit(void)
{
}
module_exit(bug_exit);

MODULE_DESCRIPTION("Stops at BUG_ON");
MODULE_LICENSE("GPL");
