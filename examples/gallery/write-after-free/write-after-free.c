// SPDX-License-Identifier: GPL-2.0
// Writes to memory after it was freed
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init write_after_free_init(void)
{
	char *data = kmalloc(128, GFP_KERNEL);

	if (!data)
		return -ENOMEM;
	kfree(data);
	OPTIMIZER_HIDE_VAR(data);
	data[64] = 1;
	return 0;
}
module_init(write_after_free_init);

static void __exit write_after_free_exit(void)
{
}
module_exit(write_after_free_exit);

MODULE_DESCRIPTION("Writes to memory after it was freed");
MODULE_LICENSE("GPL");
