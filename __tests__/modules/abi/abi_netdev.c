// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

#define TSO_SIZE 12345

/* The kernel makes the device, gives it Ethernet's MTU, and is told its TSO size. */
static int __init abi_netdev_init(void)
{
	struct net_device *dev = alloc_etherdev_mqs(64, 1, 1);

	if (!dev)
		return -ENOMEM;
	if (dev->mtu != ETH_DATA_LEN)
		pr_err("LAYOUT: the device has an MTU of %d, my struct net_device says %u\n", ETH_DATA_LEN, dev->mtu);
	netif_set_tso_max_size(dev, TSO_SIZE);
	if (dev->tso_max_size != TSO_SIZE)
		pr_err("LAYOUT: the TSO size was set to %d, my struct net_device says %u\n", TSO_SIZE, dev->tso_max_size);
	free_netdev(dev);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_netdev_init);

static void __exit abi_netdev_exit(void)
{
}
module_exit(abi_netdev_exit);

MODULE_DESCRIPTION("Reads fields of a struct net_device that the kernel has made");
MODULE_LICENSE("GPL");
