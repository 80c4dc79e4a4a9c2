// SPDX-License-Identifier: GPL-2.0
// Takes eight seconds to load
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init long_init_init(void)
{
	msleep(8000);
	return 0;
}
module_init(long_init_init);

static void __exit long_init_exit(void)
{
}
module_exit(long_init_exit);

MODULE_DESCRIPTION("Takes eight seconds to load");
MODULE_LICENSE("GPL");
