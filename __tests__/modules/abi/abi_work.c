// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static bool ran;

static void abi_work_function(struct work_struct *work)
{
	WRITE_ONCE(ran, true);
}

static DECLARE_WORK(abi_work, abi_work_function);

static int __init abi_work_init(void)
{
	int i;

	schedule_work(&abi_work);
	for (i = 0; i < 200 && !READ_ONCE(ran); i++)
		msleep(5);
	if (!READ_ONCE(ran))
		pr_err("LAYOUT: the work was queued, its function never ran\n");
	return 0;
}
module_init(abi_work_init);

static void __exit abi_work_exit(void)
{
}
module_exit(abi_work_exit);

MODULE_DESCRIPTION("Hands a struct work_struct of its own to the kernel");
MODULE_LICENSE("GPL");
