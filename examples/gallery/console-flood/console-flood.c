// SPDX-License-Identifier: GPL-2.0
// Prints 100 MB
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int __init console_flood_init(void)
{
	int i;

	for (i = 0; i < 1000000; i++)
		pr_err("%070d flood of the console: a line that says nothing\n", i);
	return 0;
}
module_init(console_flood_init);

static void __exit console_flood_exit(void)
{
}
module_exit(console_flood_exit);

MODULE_DESCRIPTION("Prints 100 MB");
MODULE_LICENSE("GPL");
