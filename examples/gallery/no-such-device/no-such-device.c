// SPDX-License-Identifier: GPL-2.0
// Refuses to load for lack of hardware
#include <linux/init.h>
#include <linux/module.h>

static int __init no_such_device_init(void)
{
	return -ENODEV;
}
module_init(no_such_device_init);

static void __exit no_such_device_exit(void)
{
}
module_exit(no_such_device_exit);

MODULE_DESCRIPTION("Refuses to load for lack of hardware");
MODULE_LICENSE("GPL");
