// SPDX-License-Identifier: GPL-2.0
// Registers two devices of one name
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_device *first, *second;

static int __init sysfs_duplicate_init(void)
{
	first = platform_device_register_simple("kmod-gate-twin", 1, NULL, 0);
	if (IS_ERR(first))
		return PTR_ERR(first);
	second = platform_device_register_simple("kmod-gate-twin", 1, NULL, 0);
	return 0;
}
module_init(sysfs_duplicate_init);

static void __exit sysfs_duplicate_exit(void)
{
	if (!IS_ERR(second))
		platform_device_unregister(second);
	platform_device_unregister(first);
}
module_exit(sysfs_duplicate_exit);

MODULE_DESCRIPTION("Registers two devices of one name");
MODULE_LICENSE("GPL");
