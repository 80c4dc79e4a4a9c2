// SPDX-License-Identifier: GPL-2.0
// Leaves a misc device behind, whose name is gone with the module
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const struct file_operations operations = { .owner = THIS_MODULE };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "kmod_gate_misc", .fops = &operations };

static int __init misc_leftover_init(void)
{
	return misc_register(&device);
}
module_init(misc_leftover_init);

static void __exit misc_leftover_exit(void)
{
}
module_exit(misc_leftover_exit);

MODULE_DESCRIPTION("Leaves a misc device behind, whose name is gone with the module");
MODULE_LICENSE("GPL");
