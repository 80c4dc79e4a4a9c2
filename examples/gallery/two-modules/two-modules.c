// SPDX-License-Identifier: GPL-2.0
// Uses a symbol that a second module of the same directory exports
#include <linux/init.h>
#include <linux/module.h>

int two_modules_answer(void);

static int __init two_modules_init(void)
{
	return two_modules_answer() == 42 ? 0 : -EINVAL;
}
module_init(two_modules_init);

static void __exit two_modules_exit(void)
{
}
module_exit(two_modules_exit);

MODULE_DESCRIPTION("Uses a symbol that a second module of the same directory exports");
MODULE_LICENSE("GPL");
