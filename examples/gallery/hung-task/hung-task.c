// SPDX-License-Identifier: GPL-2.0
// Waits uninterruptibly for long
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched.h>

static int __init hung_task_init(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(13 * HZ);
	return 0;
}
module_init(hung_task_init);

static void __exit hung_task_exit(void)
{
}
module_exit(hung_task_exit);

MODULE_DESCRIPTION("Waits uninterruptibly for long");
MODULE_LICENSE("GPL");
