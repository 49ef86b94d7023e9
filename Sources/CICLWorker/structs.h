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
char *pool_text(pool *pool, const char *text);
void pool_free(pool *pool);

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

/* What the host reads of a plugin's table, with proxies for its functions. */
void put_plugin(frame *frame, const icl_plugin *plugin);

#endif
