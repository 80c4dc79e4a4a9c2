// SPDX-License-Identifier: GPL-2.0
// Makes the processor triple fault
#include <linux/init.h>
#include <linux/module.h>

static int __init triple_fault_init(void)
{
	static struct {
		u16 size;
		u64 base;
	} __packed empty;

	asm volatile("lidt %0; int3" : : "m"(empty));
	return 0;
}
module_init(triple_fault_init);

static void __exit triple_fault_exit(void)
{
}
module_exit(triple_fault_exit);

MODULE_DESCRIPTION("Makes the processor triple fault");
MODULE_LICENSE("GPL");
