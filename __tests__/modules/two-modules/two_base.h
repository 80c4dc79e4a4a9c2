/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TWO_BASE_H
#define TWO_BASE_H

int two_base_answer(void);

#endif
