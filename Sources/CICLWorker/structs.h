/* SPDX-License-Identifier: Apache-2.0
 *
 * The interface's structs as bytes of a message, for both sides.
 */
#ifndef ICL_STRUCTS_H
#define ICL_STRUCTS_H

#include "channel.h"

#include <icl/icl.h>

/* Memory that is freed all at once. */
typedef struct pool {
  struct block *first;
} pool;

/* Zeroed; ends the process where there is no memory. */
void *pool_take(pool *pool, uint64_t bytes);
void pool_free(pool *pool);

/* A text of the message, copied: the other side cannot change it while it is read. */
const char *get_copy(reader *reader, pool *pool);

/* count elements of a size, where that can be a count of something in the message; else bad. */
void *pool_array(pool *pool, reader *reader, uint32_t count, uint64_t size);

/* The first fields of a struct of another version, the others zero. */
void read_sized(void *target, uint64_t size, const void *source);

void put_error(frame *frame, const icl_error *error);
void get_error(reader *reader, icl_error *error);

/* Texts lie in the message, or in the pool if keep is set. */
void put_signature(frame *frame, const icl_signature *signature);
void get_signature(reader *reader, pool *pool, int keep, icl_signature *signature);

void put_values(frame *frame, const icl_value *const *values, uint32_t count);
const icl_value *const *get_values(reader *reader, pool *pool, uint32_t *count);

void put_snapshot(frame *frame, const icl_snapshot *snapshot);
void get_snapshot(reader *reader, pool *pool, icl_snapshot *snapshot);

/* values and losses: of one prompt's predictions and of its losses. */
void put_chunk(frame *frame, const icl_chunk *chunk, uint64_t values, uint64_t losses);
void get_chunk(reader *reader, pool *pool, icl_chunk *chunk);

/* The struct_size by which the other side knows whether it can read the struct: its own where it can. */
uint32_t told_size(uint32_t written, uint64_t known);

/* Which functions an interface has, one bit each, in the order of its struct. */
enum { HAS_BUILD = 1, HAS_PREDICT = 2 };
enum { HAS_SIGNATURE = 1, HAS_DECLARE = 2, HAS_SAMPLE = 4, HAS_LOSS = 8, HAS_ORACLE = 16 };
enum { HAS_BEGIN = 1, HAS_ACCUMULATE = 2, HAS_FINISH = 4, HAS_DECLARE_METRIC = 8, HAS_OBSERVE = 16 };
enum { HAS_STEP = 1, HAS_MINIMIZE = 2 };
enum { HAS_FORWARD_F64 = 1, HAS_PULLBACK_F64 = 2, HAS_FORWARD_F32 = 4, HAS_PULLBACK_F32 = 8 };

#endif
