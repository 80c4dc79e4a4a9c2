// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

static int __init abi_hello_init(void)
{
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_hello_init);

static void __exit abi_hello_exit(void)
{
	pr_info(KBUILD_MODNAME ": gone\n");
}
module_exit(abi_hello_exit);

MODULE_DESCRIPTION("Shares nothing with the kernel but struct module");
MODULE_LICENSE("GPL v2");
