// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>

int kmod_gate_nobody_exports_this(void);

static int __init unresolved_symbol_init(void)
{
	return kmod_gate_nobody_exports_this();
}

static void __exit unresolved_symbol_exit(void)
{
}

module_init(unresolved_symbol_init);
module_exit(unresolved_symbol_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
