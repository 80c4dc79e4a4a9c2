// SPDX-License-Identifier: GPL-2.0
// Calls itself until the stack is full
#include <linux/init.h>
#include <linux/module.h>

static noinline int deeper(int level)
{
	volatile char room[512];

	room[level % 512] = level;
	return deeper(level + 1) + room[0];
}

static int (*volatile entry)(int) = deeper;

static int __init stack_overflow_init(void)
{
	return entry(0) ? 0 : -EINVAL;
}
module_init(stack_overflow_init);

static void __exit stack_overflow_exit(void)
{
}
module_exit(stack_overflow_exit);

MODULE_DESCRIPTION("Calls itself until the stack is full");
MODULE_LICENSE("GPL");
