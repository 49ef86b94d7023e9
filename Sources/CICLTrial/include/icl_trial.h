/* SPDX-License-Identifier: Apache-2.0
 *
 * What a check's process needs of the C library and Swift cannot reach: fork, the address of a
 * memory fault, and what the heap holds.
 */
#ifndef ICL_TRIAL_H
#define ICL_TRIAL_H

#include <stdint.h>

/* fork(). The caller must have one thread. */
int32_t icl_trial_fork(void);

/* From now on a memory fault writes its address to *address before the process ends by it. */
void icl_trial_watch_faults(uint64_t *address);

/* Bytes that malloc has handed out and not got back, large blocks included. */
uint64_t icl_trial_heap_bytes(void);

/* Fresh memory of malloc is filled with ~byte, freed memory with byte. */
void icl_trial_fill_heap(int32_t byte);

/* A file without a name; -1 if there is none. */
int32_t icl_trial_nameless_file(void);

/* The process ends if its parent does. */
void icl_trial_end_with_parent(void);

/* A hash of the dispositions of all signals and of the mask of this thread. */
uint64_t icl_trial_signal_state(void);

/* The file mode mask, which can be read only by setting it. */
uint32_t icl_trial_umask(void);

#endif
