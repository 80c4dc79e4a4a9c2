// SPDX-License-Identifier: GPL-2.0
// Spins with interrupts disabled
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/processor.h>

static int __init interrupts_off_init(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
	return 0;
}
module_init(interrupts_off_init);

static void __exit interrupts_off_exit(void)
{
}
module_exit(interrupts_off_exit);

MODULE_DESCRIPTION("Spins with interrupts disabled");
MODULE_LICENSE("GPL");
