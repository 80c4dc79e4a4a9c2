// SPDX-License-Identifier: GPL-2.0
// Is a driver for QEMU's educational PCI device
#include <linux/init.h>
#include <linux/module.h>
#include <linux/pci.h>

static int bind(struct pci_dev *device, const struct pci_device_id *unused)
{
	void __iomem *registers;
	int error = pcim_enable_device(device);

	if (error)
		return error;
	registers = pcim_iomap(device, 0, 0);
	if (!registers)
		return -ENOMEM;
	dev_info(&device->dev, "version %08x\n", readl(registers));
	return 0;
}

static const struct pci_device_id ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, { } };
MODULE_DEVICE_TABLE(pci, ids);
static struct pci_driver driver = { .name = "kmod_gate_edu", .id_table = ids, .probe = bind };

static int __init pci_driver_init(void)
{
	return pci_register_driver(&driver);
}
module_init(pci_driver_init);

static void __exit pci_driver_exit(void)
{
	pci_unregister_driver(&driver);
}
module_exit(pci_driver_exit);

MODULE_DESCRIPTION("Is a driver for QEMU's educational PCI device");
MODULE_LICENSE("GPL");
