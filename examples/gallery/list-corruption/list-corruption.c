// SPDX-License-Identifier: GPL-2.0
// Deletes a list entry twice
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>

static LIST_HEAD(all);
static struct list_head one;

static int __init list_corruption_init(void)
{
	list_add(&one, &all);
	list_del(&one);
	list_del(&one);
	return 0;
}
module_init(list_corruption_init);

static void __exit list_corruption_exit(void)
{
}
module_exit(list_corruption_exit);

MODULE_DESCRIPTION("Deletes a list entry twice");
MODULE_LICENSE("GPL");
