// SPDX-License-Identifier: GPL-2.0
// Registers a network device, which its test finds and sets up, and takes it away
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

static netdev_tx_t drop(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = { .ndo_start_xmit = drop };
static struct net_device *device;

static void prepare(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &operations;
	eth_hw_addr_random(dev);
}

static int __init netdevice_registered_init(void)
{
	int error;

	device = alloc_netdev(0, "kgate%d", NET_NAME_ENUM, prepare);
	if (!device)
		return -ENOMEM;
	error = register_netdev(device);
	if (error)
		free_netdev(device);
	return error;
}

static void __exit netdevice_registered_exit(void)
{
	unregister_netdev(device);
	free_netdev(device);
}

module_init(netdevice_registered_init);
module_exit(netdevice_registered_exit);
MODULE_DESCRIPTION("Registers a network device, which its test finds and sets up, and takes it away");
MODULE_LICENSE("GPL");
