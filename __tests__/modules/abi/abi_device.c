// SPDX-License-Identifier: GPL-2.0
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const struct file_operations abi_device_operations = {
	.owner = THIS_MODULE,
};

static struct miscdevice abi_device_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "abi_device",
	.fops = &abi_device_operations,
};

/* The kernel makes the struct device and writes its number; the minor comes back beside it. */
static int __init abi_device_init(void)
{
	dev_t expected, seen;
	int error = misc_register(&abi_device_misc);

	if (error)
		return error;
	expected = MKDEV(MISC_MAJOR, abi_device_misc.minor);
	seen = abi_device_misc.this_device->devt;
	if (seen != expected)
		pr_err("LAYOUT: misc_register() made device 0x%x, my struct device says 0x%x\n", expected, seen);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_device_init);

static void __exit abi_device_exit(void)
{
	misc_deregister(&abi_device_misc);
}
module_exit(abi_device_exit);

MODULE_DESCRIPTION("Reads a field of a struct device that the kernel has made");
MODULE_LICENSE("GPL");
