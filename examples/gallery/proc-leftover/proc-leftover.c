// SPDX-License-Identifier: GPL-2.0
// Leaves a /proc entry behind
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

static int __init proc_leftover_init(void)
{
	return proc_mkdir("kmod_gate_forgotten", NULL) ? 0 : -ENOMEM;
}
module_init(proc_leftover_init);

static void __exit proc_leftover_exit(void)
{
}
module_exit(proc_leftover_exit);

MODULE_DESCRIPTION("Leaves a /proc entry behind");
MODULE_LICENSE("GPL");
