// SPDX-License-Identifier: GPL-2.0
// Sleeps with a spinlock held
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static int __init schedule_while_atomic_init(void)
{
	spin_lock(&lock);
	msleep(20);
	spin_unlock(&lock);
	return 0;
}
module_init(schedule_while_atomic_init);

static void __exit schedule_while_atomic_exit(void)
{
}
module_exit(schedule_while_atomic_exit);

MODULE_DESCRIPTION("Sleeps with a spinlock held");
MODULE_LICENSE("GPL");
