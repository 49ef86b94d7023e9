/* SPDX-License-Identifier: Apache-2.0
 *
 * What Swift's Glibc does not show: these calls are declared for _GNU_SOURCE only.
 */
#ifndef ICL_PROCESSORS_H
#define ICL_PROCESSORS_H

#include <stdint.h>

/* Keeps this process, and threads that it starts from now on, on the first `count` of the
 * processors that it may use. Returns 0, or -1 if the system refuses. */
int32_t icl_keep_on_processors(int32_t count);

/* Gives memory that was freed back to the system, where the C library keeps it. */
void icl_return_free_memory(void);

#endif
