// SPDX-License-Identifier: GPL-2.0
// Has forty parameters, two of them given
#include <linux/init.h>
#include <linux/module.h>

static int value_00 = 0;
module_param(value_00, int, 0644);
static int value_01 = 1;
module_param(value_01, int, 0644);
static int value_02 = 2;
module_param(value_02, int, 0644);
static int value_03 = 3;
module_param(value_03, int, 0644);
static int value_04 = 4;
module_param(value_04, int, 0644);
static int value_05 = 5;
module_param(value_05, int, 0644);
static int value_06 = 6;
module_param(value_06, int, 0644);
static int value_07 = 7;
module_param(value_07, int, 0644);
static int value_08 = 8;
module_param(value_08, int, 0644);
static int value_09 = 9;
module_param(value_09, int, 0644);
static int value_10 = 10;
module_param(value_10, int, 0644);
static int value_11 = 11;
module_param(value_11, int, 0644);
static int value_12 = 12;
module_param(value_12, int, 0644);
static int value_13 = 13;
module_param(value_13, int, 0644);
static int value_14 = 14;
module_param(value_14, int, 0644);
static int value_15 = 15;
module_param(value_15, int, 0644);
static int value_16 = 16;
module_param(value_16, int, 0644);
static int value_17 = 17;
module_param(value_17, int, 0644);
static int value_18 = 18;
module_param(value_18, int, 0644);
static int value_19 = 19;
module_param(value_19, int, 0644);
static int value_20 = 20;
module_param(value_20, int, 0644);
static int value_21 = 21;
module_param(value_21, int, 0644);
static int value_22 = 22;
module_param(value_22, int, 0644);
static int value_23 = 23;
module_param(value_23, int, 0644);
static int value_24 = 24;
module_param(value_24, int, 0644);
static int value_25 = 25;
module_param(value_25, int, 0644);
static int value_26 = 26;
module_param(value_26, int, 0644);
static int value_27 = 27;
module_param(value_27, int, 0644);
static int value_28 = 28;
module_param(value_28, int, 0644);
static int value_29 = 29;
module_param(value_29, int, 0644);
static int value_30 = 30;
module_param(value_30, int, 0644);
static int value_31 = 31;
module_param(value_31, int, 0644);
static int value_32 = 32;
module_param(value_32, int, 0644);
static int value_33 = 33;
module_param(value_33, int, 0644);
static int value_34 = 34;
module_param(value_34, int, 0644);
static int value_35 = 35;
module_param(value_35, int, 0644);
static int value_36 = 36;
module_param(value_36, int, 0644);
static int value_37 = 37;
module_param(value_37, int, 0644);
static int value_38 = 38;
module_param(value_38, int, 0644);
static int value_39 = 39;
module_param(value_39, int, 0644);
static char *name = "nobody";
module_param(name, charp, 0444);

static int __init many_parameters_init(void)
{
	return value_07 == 700 ? 0 : -EINVAL;
}
module_init(many_parameters_init);

static void __exit many_parameters_exit(void)
{
}
module_exit(many_parameters_exit);

MODULE_DESCRIPTION("Has forty parameters, two of them given");
MODULE_LICENSE("GPL");
