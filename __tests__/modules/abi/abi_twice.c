// SPDX-License-Identifier: GPL-2.0
#include <linux/math.h>
#include <linux/module.h>

unsigned long int_sqrt(unsigned long x)
{
	return x / 2;
}
EXPORT_SYMBOL(int_sqrt);

static int __init abi_twice_init(void)
{
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_twice_init);

static void __exit abi_twice_exit(void)
{
}
module_exit(abi_twice_exit);

MODULE_DESCRIPTION("Exports a symbol that the kernel exports too");
MODULE_LICENSE("GPL");
