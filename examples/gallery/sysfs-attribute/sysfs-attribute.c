// SPDX-License-Identifier: GPL-2.0
// Has an attribute in /sys of its own, which its test reads and writes, and takes it away
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>

static int level = 7;
static struct kobject *directory;

static ssize_t level_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", level);
}

static ssize_t level_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf, size_t count)
{
	int error = kstrtoint(buf, 0, &level);

	return error ? error : count;
}

static struct kobj_attribute level_attribute = __ATTR_RW(level);

static int __init sysfs_attribute_init(void)
{
	int error;

	directory = kobject_create_and_add("kmod_gate_level", kernel_kobj);
	if (!directory)
		return -ENOMEM;
	error = sysfs_create_file(directory, &level_attribute.attr);
	if (error)
		kobject_put(directory);
	return error;
}

static void __exit sysfs_attribute_exit(void)
{
	kobject_put(directory);
}

module_init(sysfs_attribute_init);
module_exit(sysfs_attribute_exit);
MODULE_DESCRIPTION("Has an attribute in /sys of its own, which its test reads and writes, and takes it away");
MODULE_LICENSE("GPL");
