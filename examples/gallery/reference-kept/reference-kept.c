// SPDX-License-Identifier: GPL-2.0
// Takes a reference to itself and keeps it
#include <linux/init.h>
#include <linux/module.h>

static int __init reference_kept_init(void)
{
	return try_module_get(THIS_MODULE) ? 0 : -ENODEV;
}
module_init(reference_kept_init);

static void __exit reference_kept_exit(void)
{
}
module_exit(reference_kept_exit);

MODULE_DESCRIPTION("Takes a reference to itself and keeps it");
MODULE_LICENSE("GPL");
