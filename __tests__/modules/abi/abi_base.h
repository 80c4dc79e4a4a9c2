/* SPDX-License-Identifier: GPL-2.0 */
struct abi_question {
	int left;
	int right;
};

int abi_base_answer(const struct abi_question *question);
