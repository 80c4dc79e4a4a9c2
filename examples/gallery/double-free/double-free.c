// SPDX-License-Identifier: GPL-2.0
// Frees memory twice
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init double_free_init(void)
{
	void *data = kmalloc(256, GFP_KERNEL);

	if (!data)
		return -ENOMEM;
	kfree(data);
	OPTIMIZER_HIDE_VAR(data);
	kfree(data);
	return 0;
}
module_init(double_free_init);

static void __exit double_free_exit(void)
{
}
module_exit(double_free_exit);

MODULE_DESCRIPTION("Frees memory twice");
MODULE_LICENSE("GPL");
