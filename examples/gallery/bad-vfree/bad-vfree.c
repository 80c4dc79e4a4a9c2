// SPDX-License-Identifier: GPL-2.0
// Frees an address that vmalloc never gave
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init bad_vfree_init(void)
{
	void *data = vmalloc(PAGE_SIZE);

	if (!data)
		return -ENOMEM;
	vfree(data);
	OPTIMIZER_HIDE_VAR(data);
	vfree(data);
	return 0;
}
module_init(bad_vfree_init);

static void __exit bad_vfree_exit(void)
{
}
module_exit(bad_vfree_exit);

MODULE_DESCRIPTION("Frees an address that vmalloc never gave");
MODULE_LICENSE("GPL");
