// SPDX-License-Identifier: GPL-2.0
// Leaves a timer running when it is unloaded
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static void tick(struct timer_list *timer);
static DEFINE_TIMER(timer, tick);

static void tick(struct timer_list *unused)
{
	mod_timer(&timer, jiffies + HZ / 10);
}

static int __init timer_leftover_init(void)
{
	mod_timer(&timer, jiffies + HZ / 10);
	return 0;
}
module_init(timer_leftover_init);

static void __exit timer_leftover_exit(void)
{
}
module_exit(timer_leftover_exit);

MODULE_DESCRIPTION("Leaves a timer running when it is unloaded");
MODULE_LICENSE("GPL");
