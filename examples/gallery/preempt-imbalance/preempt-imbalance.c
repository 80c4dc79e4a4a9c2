// SPDX-License-Identifier: GPL-2.0
// Returns from init with preemption disabled
#include <linux/init.h>
#include <linux/module.h>
#include <linux/preempt.h>

static int __init preempt_imbalance_init(void)
{
	preempt_disable();
	return 0;
}
module_init(preempt_imbalance_init);

static void __exit preempt_imbalance_exit(void)
{
}
module_exit(preempt_imbalance_exit);

MODULE_DESCRIPTION("Returns from init with preemption disabled");
MODULE_LICENSE("GPL");
