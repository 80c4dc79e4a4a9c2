// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

static int __init abi_gpl_init(void)
{
	pr_info("abi_gpl: %lld\n", ktime_to_ns(ktime_get()));
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_gpl_init);

static void __exit abi_gpl_exit(void)
{
}
module_exit(abi_gpl_exit);

MODULE_DESCRIPTION("Uses a symbol that is exported to GPL modules only");
MODULE_LICENSE("GPL v2");
