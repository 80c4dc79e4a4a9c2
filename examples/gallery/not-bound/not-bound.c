// SPDX-License-Identifier: GPL-2.0
// Is a driver for a device that nobody has
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static int bind(struct platform_device *unused)
{
	return 0;
}

static struct platform_driver driver = { .probe = bind, .driver = { .name = "kmod-gate-nobody" } };

static int __init not_bound_init(void)
{
	return platform_driver_register(&driver);
}
module_init(not_bound_init);

static void __exit not_bound_exit(void)
{
	platform_driver_unregister(&driver);
}
module_exit(not_bound_exit);

MODULE_DESCRIPTION("Is a driver for a device that nobody has");
MODULE_LICENSE("GPL");
