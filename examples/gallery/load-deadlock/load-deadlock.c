// SPDX-License-Identifier: GPL-2.0
// Locks a mutex twice in init
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);

static int __init load_deadlock_init(void)
{
	mutex_lock(&lock);
	mutex_lock(&lock);
	return 0;
}
module_init(load_deadlock_init);

static void __exit load_deadlock_exit(void)
{
}
module_exit(load_deadlock_exit);

MODULE_DESCRIPTION("Locks a mutex twice in init");
MODULE_LICENSE("GPL");
