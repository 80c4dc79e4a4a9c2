// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/module.h>

/* Headers in which the function has got a parameter more say so. */
#ifdef ABI_CALL_CHANGED
#define root_of(x) int_sqrt(2, x)
#else
#define root_of(x) int_sqrt(x)
#endif

static unsigned long square = 49;
module_param(square, ulong, 0444);
MODULE_PARM_DESC(square, "A square, unknown to the compiler");

static int __init abi_call_init(void)
{
	unsigned long root = root_of(square);

	if (root != 7)
		pr_err("LAYOUT: int_sqrt(49) gives %lu\n", root);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_call_init);

static void __exit abi_call_exit(void)
{
}
module_exit(abi_call_exit);

MODULE_DESCRIPTION("Calls a function of the kernel");
MODULE_LICENSE("GPL");
