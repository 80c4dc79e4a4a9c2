// SPDX-License-Identifier: GPL-2.0
// Loads, and does not do what its test asks
#include <linux/init.h>
#include <linux/module.h>

static int answer = 41;
module_param(answer, int, 0444);

static int __init test_fails_init(void)
{
	return 0;
}
module_init(test_fails_init);

static void __exit test_fails_exit(void)
{
}
module_exit(test_fails_exit);

MODULE_DESCRIPTION("Loads, and does not do what its test asks");
MODULE_LICENSE("GPL");
