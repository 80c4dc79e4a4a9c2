// SPDX-License-Identifier: GPL-2.0
// Leaves work queued when it is unloaded
#include <linux/init.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static void later(struct work_struct *unused)
{
	pr_info("later\n");
}

static DECLARE_DELAYED_WORK(work, later);

static int __init work_leftover_init(void)
{
	schedule_delayed_work(&work, HZ / 2);
	return 0;
}
module_init(work_leftover_init);

static void __exit work_leftover_exit(void)
{
}
module_exit(work_leftover_exit);

MODULE_DESCRIPTION("Leaves work queued when it is unloaded");
MODULE_LICENSE("GPL");
