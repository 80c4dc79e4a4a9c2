// SPDX-License-Identifier: GPL-2.0
#include <linux/crc-itu-t.h>
#include <linux/module.h>

static int __init abi_dep_init(void)
{
	static const u8 data[] = "123456789";

	/* The check value of CRC-16/XMODEM. */
	if (crc_itu_t(0, data, 9) != 0x31c3)
		pr_err("LAYOUT: crc_itu_t() gives 0x%x\n", crc_itu_t(0, data, 9));
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_dep_init);

static void __exit abi_dep_exit(void)
{
}
module_exit(abi_dep_exit);

MODULE_DESCRIPTION("Needs a module of the kernel's own package");
MODULE_LICENSE("GPL");
