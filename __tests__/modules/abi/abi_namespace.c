// SPDX-License-Identifier: GPL-2.0
#include <linux/dma-buf.h>
#include <linux/module.h>
#include <linux/version.h>

/* Never set; the compiler does not know. */
static struct dma_buf *volatile never;

static int __init abi_namespace_init(void)
{
	struct dma_buf *buffer = never;

	if (buffer)
		dma_buf_put(buffer);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_namespace_init);

static void __exit abi_namespace_exit(void)
{
}
module_exit(abi_namespace_exit);

MODULE_DESCRIPTION("Uses a symbol of a namespace");
MODULE_LICENSE("GPL");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("DMA_BUF");
#else
MODULE_IMPORT_NS(DMA_BUF);
#endif
