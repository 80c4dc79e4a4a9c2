// SPDX-License-Identifier: GPL-2.0
// Is a driver for an emulated USB keyboard
#include <linux/init.h>
#include <linux/module.h>
#include <linux/usb.h>

static int bind(struct usb_interface *interface, const struct usb_device_id *unused)
{
	dev_info(&interface->dev, "bound\n");
	return 0;
}

static void unbind(struct usb_interface *unused)
{
}

static const struct usb_device_id ids[] = { { USB_INTERFACE_INFO(USB_CLASS_HID, 1, 1) }, { } };
MODULE_DEVICE_TABLE(usb, ids);
static struct usb_driver driver = { .name = "kmod_gate_keys", .id_table = ids, .probe = bind, .disconnect = unbind };

static int __init usb_driver_init(void)
{
	return usb_register(&driver);
}
module_init(usb_driver_init);

static void __exit usb_driver_exit(void)
{
	usb_deregister(&driver);
}
module_exit(usb_driver_exit);

MODULE_DESCRIPTION("Is a driver for an emulated USB keyboard");
MODULE_LICENSE("GPL");
