// SPDX-License-Identifier: GPL-2.0
// Keeps a reference to a network device that it removes
#include <linux/init.h>
#include <linux/module.h>
#include <linux/netdevice.h>

static struct net_device *device;

static netdev_tx_t drop(struct sk_buff *packet, struct net_device *unused)
{
	dev_kfree_skb(packet);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = { .ndo_start_xmit = drop };

static void setup(struct net_device *unused)
{
}

static int __init netdev_reference_init(void)
{
	int error;

	device = alloc_netdev(0, "gate%d", NET_NAME_UNKNOWN, setup);
	if (!device)
		return -ENOMEM;
	device->netdev_ops = &operations;
	error = register_netdev(device);
	if (error)
		free_netdev(device);
	else
		dev_hold(device);
	return error;
}
module_init(netdev_reference_init);

static void __exit netdev_reference_exit(void)
{
	unregister_netdev(device);
	free_netdev(device);
}
module_exit(netdev_reference_exit);

MODULE_DESCRIPTION("Keeps a reference to a network device that it removes");
MODULE_LICENSE("GPL");
