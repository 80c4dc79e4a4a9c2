// SPDX-License-Identifier: GPL-2.0
// Has a workqueue of its own and drains it
#include <linux/init.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *queue;

static void later(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, later);

static void later(struct work_struct *unused)
{
	queue_delayed_work(queue, &work, HZ / 50);
}

static int __init workqueue_drained_init(void)
{
	queue = alloc_workqueue("kmod_gate_queue", WQ_UNBOUND | WQ_SYSFS, 1);
	if (!queue)
		return -ENOMEM;
	queue_delayed_work(queue, &work, HZ / 50);
	return 0;
}
module_init(workqueue_drained_init);

static void __exit workqueue_drained_exit(void)
{
	cancel_delayed_work_sync(&work);
	destroy_workqueue(queue);
}
module_exit(workqueue_drained_exit);

MODULE_DESCRIPTION("Has a workqueue of its own and drains it");
MODULE_LICENSE("GPL");
