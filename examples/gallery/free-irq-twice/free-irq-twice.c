// SPDX-License-Identifier: GPL-2.0
// Frees an interrupt that it does not have
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>

static int cookie;

static int __init free_irq_twice_init(void)
{
	free_irq(5, &cookie);
	return 0;
}
module_init(free_irq_twice_init);

static void __exit free_irq_twice_exit(void)
{
}
module_exit(free_irq_twice_exit);

MODULE_DESCRIPTION("Frees an interrupt that it does not have");
MODULE_LICENSE("GPL");
