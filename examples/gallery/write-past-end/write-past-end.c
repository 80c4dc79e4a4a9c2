// SPDX-License-Identifier: GPL-2.0
// Writes past the end of an allocation
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init write_past_end_init(void)
{
	char *data = kmalloc(128, GFP_KERNEL);

	if (!data)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(data);
	data[128] = 1;
	kfree(data);
	return 0;
}
module_init(write_past_end_init);

static void __exit write_past_end_exit(void)
{
}
module_exit(write_past_end_exit);

MODULE_DESCRIPTION("Writes past the end of an allocation");
MODULE_LICENSE("GPL");
