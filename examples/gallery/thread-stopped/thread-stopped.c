// SPDX-License-Identifier: GPL-2.0
// Runs a kernel thread and stops it
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *thread;

static int run(void *unused)
{
	while (!kthread_should_stop())
		msleep_interruptible(50);
	return 0;
}

static int __init thread_stopped_init(void)
{
	thread = kthread_run(run, NULL, "kmod_gate_thread");
	return PTR_ERR_OR_ZERO(thread);
}
module_init(thread_stopped_init);

static void __exit thread_stopped_exit(void)
{
	kthread_stop(thread);
}
module_exit(thread_stopped_exit);

MODULE_DESCRIPTION("Runs a kernel thread and stops it");
MODULE_LICENSE("GPL");
