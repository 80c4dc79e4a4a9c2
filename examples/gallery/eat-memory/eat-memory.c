// SPDX-License-Identifier: GPL-2.0
// Takes all memory
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>

static int __init eat_memory_init(void)
{
	while (alloc_pages(GFP_KERNEL, 0))
		;
	return -ENOMEM;
}
module_init(eat_memory_init);

static void __exit eat_memory_exit(void)
{
}
module_exit(eat_memory_exit);

MODULE_DESCRIPTION("Takes all memory");
MODULE_LICENSE("GPL");
