// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

#include "abi_base.h"

int abi_base_answer(const struct abi_question *question)
{
	return question->left + question->right;
}
EXPORT_SYMBOL_GPL(abi_base_answer);

MODULE_DESCRIPTION("Exports a function to abi_user");
MODULE_LICENSE("GPL");
