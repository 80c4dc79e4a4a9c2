// SPDX-License-Identifier: GPL-2.0
// Is a driver and its device in one
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_device *device;

static int bind(struct platform_device *bound)
{
	dev_info(&bound->dev, "bound\n");
	return 0;
}

static struct platform_driver driver = { .probe = bind, .driver = { .name = "kmod-gate-own" } };

static int __init platform_driver_init(void)
{
	int error = platform_driver_register(&driver);

	if (error)
		return error;
	device = platform_device_register_simple("kmod-gate-own", -1, NULL, 0);
	if (IS_ERR(device))
		platform_driver_unregister(&driver);
	return PTR_ERR_OR_ZERO(device);
}
module_init(platform_driver_init);

static void __exit platform_driver_exit(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&driver);
}
module_exit(platform_driver_exit);

MODULE_DESCRIPTION("Is a driver and its device in one");
MODULE_LICENSE("GPL");
