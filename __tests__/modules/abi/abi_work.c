// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static bool ran;
static struct work_struct abi_work;

/* Headers in which a work's function has got a parameter more say so. */
#ifdef ABI_WORK_CHANGED
static void abi_work_function(unsigned long unused, struct work_struct *work)
#else
static void abi_work_function(struct work_struct *work)
#endif
{
	if (work != &abi_work)
		pr_err("LAYOUT: the work's function is called for another work\n");
	WRITE_ONCE(ran, true);
}

static int __init abi_work_init(void)
{
	int i;

	INIT_WORK(&abi_work, abi_work_function);
	schedule_work(&abi_work);
	for (i = 0; i < 200 && !READ_ONCE(ran); i++)
		msleep(5);
	if (!READ_ONCE(ran))
		pr_err("LAYOUT: the work was queued, its function never ran\n");
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_work_init);

static void __exit abi_work_exit(void)
{
}
module_exit(abi_work_exit);

MODULE_DESCRIPTION("Hands a struct work_struct of its own to the kernel");
MODULE_LICENSE("GPL");
