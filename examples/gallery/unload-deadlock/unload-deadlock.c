// SPDX-License-Identifier: GPL-2.0
// Waits forever in exit
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/module.h>

static DECLARE_COMPLETION(never);

static int __init unload_deadlock_init(void)
{
	return 0;
}
module_init(unload_deadlock_init);

static void __exit unload_deadlock_exit(void)
{
	wait_for_completion(&never);
}
module_exit(unload_deadlock_exit);

MODULE_DESCRIPTION("Waits forever in exit");
MODULE_LICENSE("GPL");
