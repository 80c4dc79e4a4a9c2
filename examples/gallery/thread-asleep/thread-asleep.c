// SPDX-License-Identifier: GPL-2.0
// Leaves a kernel thread asleep in the kernel when it is unloaded
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static int run(void *unused)
{
	set_current_state(TASK_IDLE);
	schedule();
	return 0;
}

static int __init thread_asleep_init(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(run, NULL, "kmod_gate_sleep"));
}
module_init(thread_asleep_init);

static void __exit thread_asleep_exit(void)
{
}
module_exit(thread_asleep_exit);

MODULE_DESCRIPTION("Leaves a kernel thread asleep in the kernel when it is unloaded");
MODULE_LICENSE("GPL");
