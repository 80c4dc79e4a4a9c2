// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/skbuff.h>

/* skb_clone() marks both packets as cloned. */
static int __init abi_skb_init(void)
{
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);
	struct sk_buff *clone;

	if (!skb)
		return -ENOMEM;
	clone = skb_clone(skb, GFP_KERNEL);
	if (clone && !(skb->cloned && clone->cloned))
		pr_err("LAYOUT: skb_clone() made a clone, my struct sk_buff says cloned=%d, %d\n", skb->cloned, clone->cloned);
	kfree_skb(clone);
	kfree_skb(skb);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_skb_init);

static void __exit abi_skb_exit(void)
{
}
module_exit(abi_skb_exit);

MODULE_DESCRIPTION("Reads bit fields of a struct sk_buff");
MODULE_LICENSE("GPL");
