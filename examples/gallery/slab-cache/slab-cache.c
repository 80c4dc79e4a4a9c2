// SPDX-License-Identifier: GPL-2.0
// Has a slab cache and gives everything back
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;
static void *objects[64];

static int __init slab_cache_init(void)
{
	unsigned int i;

	cache = kmem_cache_create("kmod_gate_good", 256, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	return 0;
}
module_init(slab_cache_init);

static void __exit slab_cache_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		if (objects[i])
			kmem_cache_free(cache, objects[i]);
	kmem_cache_destroy(cache);
}
module_exit(slab_cache_exit);

MODULE_DESCRIPTION("Has a slab cache and gives everything back");
MODULE_LICENSE("GPL");
