// SPDX-License-Identifier: GPL-2.0
// Has a device that never answers
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static DECLARE_COMPLETION(never);

static ssize_t wait(struct file *file, char __user *to, size_t size, loff_t *at)
{
	return wait_for_completion_killable(&never);
}

static const struct file_operations operations = { .owner = THIS_MODULE, .read = wait };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "kmod_gate_silent", .fops = &operations };

static int __init test_hangs_init(void)
{
	return misc_register(&device);
}
module_init(test_hangs_init);

static void __exit test_hangs_exit(void)
{
	misc_deregister(&device);
}
module_exit(test_hangs_exit);

MODULE_DESCRIPTION("Has a device that never answers");
MODULE_LICENSE("GPL");
