// SPDX-License-Identifier: GPL-2.0
// Exports a symbol for two-modules.c
#include <linux/module.h>

int two_modules_answer(void);
int two_modules_answer(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(two_modules_answer);

MODULE_DESCRIPTION("Exports a symbol for two-modules.c");
MODULE_LICENSE("GPL");
