// SPDX-License-Identifier: GPL-2.0
// Kills the first process
#include <linux/init.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static int __init kill_init_init(void)
{
	struct task_struct *first = get_pid_task(find_vpid(1), PIDTYPE_PID);

	if (!first)
		return -ESRCH;
	/* The kernel protects it with this flag. */
	first->signal->flags &= ~SIGNAL_UNKILLABLE;
	send_sig(SIGSEGV, first, 1);
	put_task_struct(first);
	return 0;
}
module_init(kill_init_init);

static void __exit kill_init_exit(void)
{
}
module_exit(kill_init_exit);

MODULE_DESCRIPTION("Kills the first process");
MODULE_LICENSE("GPL");
