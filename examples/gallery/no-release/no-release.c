// SPDX-License-Identifier: GPL-2.0
// Registers a device that has no release function
#include <linux/device.h>
#include <linux/init.h>
#include <linux/module.h>

static struct device device;

static int __init no_release_init(void)
{
	device_initialize(&device);
	dev_set_name(&device, "kmod_gate_no_release");
	return device_add(&device);
}
module_init(no_release_init);

static void __exit no_release_exit(void)
{
	device_unregister(&device);
}
module_exit(no_release_exit);

MODULE_DESCRIPTION("Registers a device that has no release function");
MODULE_LICENSE("GPL");
