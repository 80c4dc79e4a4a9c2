// SPDX-License-Identifier: GPL-2.0
// Panics
#include <linux/init.h>
#include <linux/module.h>
#include <linux/panic.h>

static int __init panic_init(void)
{
	panic("the controller is on fire");
	return 0;
}
module_init(panic_init);

static void __exit panic_exit(void)
{
}
module_exit(panic_exit);

MODULE_DESCRIPTION("Panics");
MODULE_LICENSE("GPL");
