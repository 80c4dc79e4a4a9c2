// SPDX-License-Identifier: GPL-2.0
// Leaves a device behind
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_device *device;

static int __init device_leftover_init(void)
{
	device = platform_device_register_simple("kmod-gate-forgotten", -1, NULL, 0);
	return PTR_ERR_OR_ZERO(device);
}
module_init(device_leftover_init);

static void __exit device_leftover_exit(void)
{
}
module_exit(device_leftover_exit);

MODULE_DESCRIPTION("Leaves a device behind");
MODULE_LICENSE("GPL");
