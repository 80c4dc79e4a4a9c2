// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#define NAME "abi_name"

static bool done;

/* The kernel knows the thread's name from its creation, and its blocked signals from sigprocmask(). */
static int abi_task_thread(void *unused)
{
	sigset_t set;

	if (strncmp(current->comm, NAME, sizeof(NAME)))
		pr_err("LAYOUT: the thread was named %s, my struct task_struct says %*pE\n", NAME, 8, current->comm);
	siginitset(&set, sigmask(SIGUSR2));
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!sigismember(&current->blocked, SIGUSR2))
		pr_err("LAYOUT: sigprocmask() has blocked SIGUSR2, my struct task_struct says 0x%lx\n", current->blocked.sig[0]);
	WRITE_ONCE(done, true);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static int __init abi_task_init(void)
{
	struct task_struct *task = kthread_run(abi_task_thread, NULL, NAME);
	int i;

	if (IS_ERR(task))
		return PTR_ERR(task);
	for (i = 0; i < 400 && !READ_ONCE(done); i++)
		msleep(5);
	if (!READ_ONCE(done))
		pr_err("LAYOUT: the thread never came to its end\n");
	kthread_stop(task);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_task_init);

static void __exit abi_task_exit(void)
{
}
module_exit(abi_task_exit);

MODULE_DESCRIPTION("Reads fields of its own struct task_struct");
MODULE_LICENSE("GPL");
