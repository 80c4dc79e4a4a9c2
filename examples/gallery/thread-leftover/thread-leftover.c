// SPDX-License-Identifier: GPL-2.0
// Leaves a kernel thread running when it is unloaded
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>

static int run(void *unused)
{
	while (!kthread_should_stop())
		msleep(50);
	return 0;
}

static int __init thread_leftover_init(void)
{
	return PTR_ERR_OR_ZERO(kthread_run(run, NULL, "kmod_gate_thread"));
}
module_init(thread_leftover_init);

static void __exit thread_leftover_exit(void)
{
}
module_exit(thread_leftover_exit);

MODULE_DESCRIPTION("Leaves a kernel thread running when it is unloaded");
MODULE_LICENSE("GPL");
