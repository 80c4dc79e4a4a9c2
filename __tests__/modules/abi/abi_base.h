/* SPDX-License-Identifier: GPL-2.0 */
/* With ABI_SKEWED as a copy of this file from another time has it. */
struct abi_question {
	int left;
#ifdef ABI_SKEWED
	int middle;
#endif
	int right;
};

int abi_base_answer(const struct abi_question *question);
