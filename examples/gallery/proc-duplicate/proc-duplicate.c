// SPDX-License-Identifier: GPL-2.0
// Makes the same /proc entry twice
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

static int __init proc_duplicate_init(void)
{
	proc_mkdir("kmod_gate_twin", NULL);
	proc_mkdir("kmod_gate_twin", NULL);
	return 0;
}
module_init(proc_duplicate_init);

static void __exit proc_duplicate_exit(void)
{
	remove_proc_subtree("kmod_gate_twin", NULL);
}
module_exit(proc_duplicate_exit);

MODULE_DESCRIPTION("Makes the same /proc entry twice");
MODULE_LICENSE("GPL");
