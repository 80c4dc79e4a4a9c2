// SPDX-License-Identifier: GPL-2.0
// Listens to network devices and stops listening
#include <linux/module.h>
#include <linux/netdevice.h>

static int heard(struct notifier_block *block, unsigned long event, void *data)
{
	return NOTIFY_DONE;
}

static struct notifier_block listener = { .notifier_call = heard };

static int __init netdevice_notifier_init(void)
{
	return register_netdevice_notifier(&listener);
}

static void __exit netdevice_notifier_exit(void)
{
	unregister_netdevice_notifier(&listener);
}

module_init(netdevice_notifier_init);
module_exit(netdevice_notifier_exit);
MODULE_DESCRIPTION("Listens to network devices and stops listening");
MODULE_LICENSE("GPL");
