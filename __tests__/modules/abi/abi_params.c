// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/moduleparam.h>

static int count = 3;
module_param(count, int, 0444);
MODULE_PARM_DESC(count, "A number");

static char *label = "none";
module_param(label, charp, 0644);
MODULE_PARM_DESC(label, "A word");

static bool quiet;
module_param(quiet, bool, 0444);
MODULE_PARM_DESC(quiet, "A switch");

static unsigned int list[4];
static unsigned int list_length;
module_param_array(list, uint, &list_length, 0444);
MODULE_PARM_DESC(list, "Up to four numbers");

static int __init abi_params_init(void)
{
	if (!quiet)
		pr_info("abi_params: %d %s %u\n", count, label, list_length);
	pr_info(KBUILD_MODNAME ": ready\n");
	return 0;
}
module_init(abi_params_init);

static void __exit abi_params_exit(void)
{
}
module_exit(abi_params_exit);

MODULE_DESCRIPTION("Parameters of several types");
MODULE_LICENSE("GPL");
