// SPDX-License-Identifier: GPL-2.0
// Stays in a read-side section for too long
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>

static struct rcu_head head;

static void nothing(struct rcu_head *unused)
{
}

static int __init rcu_stall_init(void)
{
	unsigned long until = jiffies + 9 * HZ;

	/* Somebody has to wait for the section; another processor takes that up. */
	call_rcu(&head, nothing);
	rcu_read_lock();
	preempt_disable();
	while (time_before(jiffies, until))
		cpu_relax();
	preempt_enable();
	rcu_read_unlock();
	return 0;
}
module_init(rcu_stall_init);

static void __exit rcu_stall_exit(void)
{
	rcu_barrier();
}
module_exit(rcu_stall_exit);

MODULE_DESCRIPTION("Stays in a read-side section for too long");
MODULE_LICENSE("GPL");
