// SPDX-License-Identifier: GPL-2.0
// Asks for memory that is not there, in atomic context
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

static LIST_HEAD(chunks);

static int __init allocation_failure_init(void)
{
	struct list_head *chunk, *next;

	while ((chunk = kmalloc(1 << 20, GFP_ATOMIC)))
		list_add(chunk, &chunks);
	list_for_each_safe(chunk, next, &chunks) {
		list_del(chunk);
		kfree(chunk);
	}
	return 0;
}
module_init(allocation_failure_init);

static void __exit allocation_failure_exit(void)
{
}
module_exit(allocation_failure_exit);

MODULE_DESCRIPTION("Asks for memory that is not there, in atomic context");
MODULE_LICENSE("GPL");
