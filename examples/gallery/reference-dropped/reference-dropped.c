// SPDX-License-Identifier: GPL-2.0
// Puts a reference that it never took
#include <linux/init.h>
#include <linux/module.h>

static struct module *self = THIS_MODULE;

static int __init reference_dropped_init(void)
{
	module_put(self);
	module_put(self);
	return 0;
}
module_init(reference_dropped_init);

static void __exit reference_dropped_exit(void)
{
}
module_exit(reference_dropped_exit);

MODULE_DESCRIPTION("Puts a reference that it never took");
MODULE_LICENSE("GPL");
