// SPDX-License-Identifier: GPL-2.0
// Prints three thousand lines, some with words that sound bad
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int __init chatty_init(void)
{
	int i;

	for (i = 0; i < 3000; i++)
		pr_info("chatty: line %d of what it has to say\n", i);
	pr_warn("chatty 0000:00:03.0: WARNING: the cable is loose\n");
	pr_err("chatty: BUG: in the firmware, Oops: worked around; no panic\n");
	return 0;
}
module_init(chatty_init);

static void __exit chatty_exit(void)
{
}
module_exit(chatty_exit);

MODULE_DESCRIPTION("Prints three thousand lines, some with words that sound bad");
MODULE_LICENSE("GPL");
