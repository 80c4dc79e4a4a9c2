// SPDX-License-Identifier: GPL-2.0
// Has a character device that a test reads
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static ssize_t answer(struct file *file, char __user *to, size_t size, loff_t *at)
{
	static const char text[] = "42\n";

	return simple_read_from_buffer(to, size, at, text, sizeof(text) - 1);
}

static const struct file_operations operations = { .owner = THIS_MODULE, .read = answer };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "kmod_gate_answer", .fops = &operations };

static int __init misc_device_init(void)
{
	return misc_register(&device);
}
module_init(misc_device_init);

static void __exit misc_device_exit(void)
{
	misc_deregister(&device);
}
module_exit(misc_device_exit);

MODULE_DESCRIPTION("Has a character device that a test reads");
MODULE_LICENSE("GPL");
