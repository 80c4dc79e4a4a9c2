// SPDX-License-Identifier: GPL-2.0
// Frees memory by RCU callbacks and waits for all of them before it goes
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct entry {
	struct rcu_head rcu;
	int number;
};

static void free_entry(struct rcu_head *head)
{
	kfree(container_of(head, struct entry, rcu));
}

static int __init rcu_callback_init(void)
{
	int i;

	for (i = 0; i < 100; i++) {
		struct entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

		if (!entry)
			break;
		entry->number = i;
		call_rcu(&entry->rcu, free_entry);
	}
	return 0;
}

static void __exit rcu_callback_exit(void)
{
	rcu_barrier();
}

module_init(rcu_callback_init);
module_exit(rcu_callback_exit);
MODULE_DESCRIPTION("Frees memory by RCU callbacks and waits for all of them before it goes");
MODULE_LICENSE("GPL");
