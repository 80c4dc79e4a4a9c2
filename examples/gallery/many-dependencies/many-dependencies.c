// SPDX-License-Identifier: GPL-2.0
// Needs modules of several subsystems
#include <linux/can/dev.h>
#include <linux/hid.h>
#include <linux/i2c-mux.h>
#include <linux/init.h>
#include <linux/mmc/host.h>
#include <linux/module.h>
#include <linux/mtd/mtd.h>
#include <linux/usb.h>

/* Nothing is called; the addresses make the modules necessary. */
static void *needs[] = { usb_register_driver, alloc_candev_mqs, hid_add_device, mtd_device_unregister, mmc_alloc_host, i2c_mux_alloc };

static int __init many_dependencies_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(needs); i++)
		if (!READ_ONCE(needs[i]))
			return -EINVAL;
	return 0;
}
module_init(many_dependencies_init);

static void __exit many_dependencies_exit(void)
{
}
module_exit(many_dependencies_exit);

MODULE_DESCRIPTION("Needs modules of several subsystems");
MODULE_LICENSE("GPL");
