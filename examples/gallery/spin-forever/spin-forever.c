// SPDX-License-Identifier: GPL-2.0
// Spins with preemption disabled
#include <linux/init.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/processor.h>

static int __init spin_forever_init(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
	return 0;
}
module_init(spin_forever_init);

static void __exit spin_forever_exit(void)
{
}
module_exit(spin_forever_exit);

MODULE_DESCRIPTION("Spins with preemption disabled");
MODULE_LICENSE("GPL");
