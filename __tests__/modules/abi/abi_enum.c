// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/module.h>

/* A module's init is run by a process, so the system is up. */
static int __init abi_enum_init(void)
{
	if (system_state != SYSTEM_RUNNING)
		pr_err("LAYOUT: the system is up, the kernel says %d, my SYSTEM_RUNNING is %d\n", system_state, SYSTEM_RUNNING);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_enum_init);

static void __exit abi_enum_exit(void)
{
}
module_exit(abi_enum_exit);

MODULE_DESCRIPTION("Compares a variable of the kernel with a value of its enum");
MODULE_LICENSE("GPL");
