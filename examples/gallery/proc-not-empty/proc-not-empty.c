// SPDX-License-Identifier: GPL-2.0
// Removes a /proc directory that is not empty
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

static struct proc_dir_entry *dir;

static int __init proc_not_empty_init(void)
{
	dir = proc_mkdir("kmod_gate_full", NULL);
	proc_mkdir("inner", dir);
	return 0;
}
module_init(proc_not_empty_init);

static void __exit proc_not_empty_exit(void)
{
	remove_proc_entry("kmod_gate_full", NULL);
}
module_exit(proc_not_empty_exit);

MODULE_DESCRIPTION("Removes a /proc directory that is not empty");
MODULE_LICENSE("GPL");
