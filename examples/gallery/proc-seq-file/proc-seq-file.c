// SPDX-License-Identifier: GPL-2.0
// Has a /proc file of many lines
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static int show(struct seq_file *file, void *unused)
{
	int i;

	for (i = 0; i < 5000; i++)
		seq_printf(file, "%d\n", i);
	return 0;
}

static int __init proc_seq_file_init(void)
{
	return proc_create_single("kmod_gate_lines", 0444, NULL, show) ? 0 : -ENOMEM;
}
module_init(proc_seq_file_init);

static void __exit proc_seq_file_exit(void)
{
	remove_proc_entry("kmod_gate_lines", NULL);
}
module_exit(proc_seq_file_exit);

MODULE_DESCRIPTION("Has a /proc file of many lines");
MODULE_LICENSE("GPL");
