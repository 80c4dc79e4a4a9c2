// SPDX-License-Identifier: GPL-2.0
// Leaves a slab cache behind
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init slab_leftover_init(void)
{
	return kmem_cache_create("kmod_gate_cache", 256, 0, 0, NULL) ? 0 : -ENOMEM;
}
module_init(slab_leftover_init);

static void __exit slab_leftover_exit(void)
{
}
module_exit(slab_leftover_exit);

MODULE_DESCRIPTION("Leaves a slab cache behind");
MODULE_LICENSE("GPL");
