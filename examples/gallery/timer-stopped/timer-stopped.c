// SPDX-License-Identifier: GPL-2.0
// Runs a timer and stops it
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync del_timer_sync
#endif

static void tick(struct timer_list *timer);
static DEFINE_TIMER(timer, tick);

static void tick(struct timer_list *unused)
{
	mod_timer(&timer, jiffies + HZ / 100);
}

static int __init timer_stopped_init(void)
{
	mod_timer(&timer, jiffies + HZ / 100);
	return 0;
}
module_init(timer_stopped_init);

static void __exit timer_stopped_exit(void)
{
	timer_delete_sync(&timer);
}
module_exit(timer_stopped_exit);

MODULE_DESCRIPTION("Runs a timer and stops it");
MODULE_LICENSE("GPL");
