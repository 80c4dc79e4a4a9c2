// SPDX-License-Identifier: GPL-2.0
#include <linux/ip.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tcp.h>

enum abi_color { ABI_RED = -1, ABI_GREEN, ABI_BLUE = 1 << 20 };
enum abi_wide { ABI_NEAR = 1, ABI_FAR = 0x100000000ULL };

struct abi_shape {
	unsigned int bit : 1;
	unsigned int : 2;
	int seven : 7;
	u64 wide : 40;
	union {
		struct {
			u16 low;
			u16 high;
		};
		u32 both;
		struct list_head link;
	};
	enum abi_color color;
	enum abi_wide distance;
	int (*compare)(const struct abi_shape *left, const struct abi_shape *right);
	u8 matrix[2][3][4];
	struct tcphdr tcp;
	struct iphdr ip;
	const volatile char *text;
	char tail[];
} __packed __aligned(8);

static int abi_compare(const struct abi_shape *left, const struct abi_shape *right)
{
	return left->seven - right->seven;
}

static int __init abi_shapes_init(void)
{
	struct abi_shape *shape = kzalloc(sizeof(*shape) + 8, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);

	if (shape && page) {
		shape->color = ABI_BLUE;
		shape->distance = ABI_FAR;
		shape->compare = abi_compare;
		shape->tcp.syn = 1;
		shape->ip.ihl = 5;
		/* Where the flags of struct tcphdr lie is on the wire, not in a header. */
		if (((u8 *)&shape->tcp)[13] != 2)
			pr_err("LAYOUT: SYN is 0x%x\n", ((u8 *)&shape->tcp)[13]);
		if (page_address(page) != page_to_virt(page) || shape->compare(shape, shape))
			pr_err("LAYOUT: struct page\n");
	}
	if (page)
		__free_page(page);
	kfree(shape);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_shapes_init);

static void __exit abi_shapes_exit(void)
{
}
module_exit(abi_shapes_exit);

MODULE_DESCRIPTION("Bit fields, unions, anonymous members, enums of both widths, arrays of arrays");
MODULE_LICENSE("GPL");
