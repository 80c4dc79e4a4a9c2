// SPDX-License-Identifier: GPL-2.0
// Destroys a slab cache with an object in it
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static void *object;

static int __init slab_objects_init(void)
{
	cache = kmem_cache_create("kmod_gate_objects", 256, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	return 0;
}
module_init(slab_objects_init);

static void __exit slab_objects_exit(void)
{
	kmem_cache_destroy(cache);
}
module_exit(slab_objects_exit);

MODULE_DESCRIPTION("Destroys a slab cache with an object in it");
MODULE_LICENSE("GPL");
