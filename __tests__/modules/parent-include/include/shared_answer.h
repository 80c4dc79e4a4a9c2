/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHARED_ANSWER_H
#define SHARED_ANSWER_H

#define SHARED_ANSWER 42

#endif
