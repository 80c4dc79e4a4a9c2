// SPDX-License-Identifier: GPL-2.0
#include <linux/fs.h>
#include <linux/module.h>

/* Size and position come from vfs_llseek(), and from the structures themselves. */
static int __init abi_inode_init(void)
{
	struct file *file = filp_open("/init", O_RDONLY, 0);
	loff_t size, seen;

	if (IS_ERR(file))
		return PTR_ERR(file);
	size = vfs_llseek(file, 0, SEEK_END);
	seen = i_size_read(file_inode(file));
	if (seen != size)
		pr_err("LAYOUT: /init has %lld bytes, my struct inode says %lld\n", size, seen);
	vfs_llseek(file, 3, SEEK_SET);
	if (file->f_pos != 3)
		pr_err("LAYOUT: the file is at byte 3, my struct file says %lld\n", file->f_pos);
	filp_close(file, NULL);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_inode_init);

static void __exit abi_inode_exit(void)
{
}
module_exit(abi_inode_exit);

MODULE_DESCRIPTION("Reads fields of a struct inode and a struct file");
MODULE_LICENSE("GPL");
