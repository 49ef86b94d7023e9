/* SPDX-License-Identifier: Apache-2.0 */
#include "structs.h"

#include <stdlib.h>
#include <string.h>

struct block {
  struct block *next;
  uint64_t reserved;
};

void *pool_take(pool *pool, uint64_t bytes) {
  struct block *block = calloc(1, sizeof *block + bytes);
  if (!block) abort();
  block->next = pool->first;
  pool->first = block;
  return block + 1;
}

void pool_free(pool *pool) {
  while (pool->first) {
    struct block *next = pool->first->next;
    free(pool->first);
    pool->first = next;
  }
}

void *pool_array(pool *pool, reader *reader, uint32_t count, uint64_t size) {
  /* Each element takes at least 4 bytes of the message. */
  if (reader->bad || count > (reader->size - reader->at) / 4) {
    reader->bad = 1;
    return NULL;
  }
  return pool_take(pool, (count ? count : 1) * size);
}

void read_sized(void *target, uint64_t size, const void *source) {
  uint32_t written;
  memcpy(&written, source, sizeof written);
  memset(target, 0, size);
  memcpy(target, source, written < size ? written : size);
}

uint32_t told_size(uint32_t written, uint64_t known) {
  return written >= known && written % 8 == 0 && written <= 65536 ? (uint32_t)known : written;
}

void put_error(frame *frame, const icl_error *error) {
  put_u32(frame, (uint32_t)error->code);
  const int says = error->path[0] || error->message[0];
  put_array(frame, error->path, says ? sizeof error->path : 0);
  put_array(frame, error->message, says ? sizeof error->message : 0);
}

void get_error(reader *reader, icl_error *error) {
  uint64_t bytes;
  const int32_t code = (int32_t)get_u32(reader);
  const void *path = get_array(reader, &bytes);
  const int says = bytes == sizeof error->path;
  const void *message = get_array(reader, &bytes);
  if (!error) return;
  error->code = code;
  if (says && bytes == sizeof error->message) {
    memcpy(error->path, path, sizeof error->path);
    memcpy(error->message, message, sizeof error->message);
  }
}

/* How many are sent: none of more than the host reads. */
static uint32_t listed(const void *table, uint32_t count) {
  return table && count <= 1024 ? count : 0;
}

void put_signature(frame *frame, const icl_signature *given) {
  icl_signature signature;
  read_sized(&signature, sizeof signature, given);
  put_u32(frame, signature.scoring);
  put_u64(frame, signature.context_length);
  put_u64(frame, signature.input_dimension);
  put_u64(frame, signature.output_dimension);
  put_u64(frame, signature.positions);
  const uint32_t tensors = listed(signature.tensors, signature.tensor_count);
  const uint32_t properties = listed(signature.properties, signature.property_count);
  put_u32(frame, tensors);
  put_u32(frame, signature.tensor_count);
  put_u32(frame, properties);
  put_u32(frame, signature.property_count);
  for (uint32_t k = 0; k < tensors; k++) {
    put_u32(frame, signature.tensors[k] != NULL);
    if (!signature.tensors[k]) continue;
    icl_tensor_spec tensor;
    read_sized(&tensor, sizeof tensor, signature.tensors[k]);
    put_array(frame, &tensor, sizeof tensor);
    put_text(frame, tensor.name);
    if (frame->overflowed) return;
  }
  for (uint32_t k = 0; k < properties; k++) {
    put_text(frame, signature.properties[k].name);
    put_double(frame, signature.properties[k].value);
    if (frame->overflowed) return;
  }
}

const char *get_copy(reader *reader, pool *pool) {
  if (get_u32(reader) == 0) return NULL;
  uint64_t bytes;
  const char *text = get_array(reader, &bytes);
  if (!text || bytes == 0) {
    reader->bad = 1;
    return NULL;
  }
  char *copy = pool_take(pool, bytes);
  memcpy(copy, text, bytes - 1);
  return copy;
}

static const char *kept(pool *pool, int keep, reader *reader) {
  return keep ? get_copy(reader, pool) : get_text(reader);
}

void get_signature(reader *reader, pool *pool, int keep, icl_signature *signature) {
  const uint32_t size = signature->struct_size;
  *signature = (icl_signature){.struct_size = size};
  signature->scoring = get_u32(reader);
  signature->context_length = get_u64(reader);
  signature->input_dimension = get_u64(reader);
  signature->output_dimension = get_u64(reader);
  signature->positions = get_u64(reader);
  const uint32_t tensors = get_u32(reader);
  signature->tensor_count = get_u32(reader);
  const uint32_t properties = get_u32(reader);
  signature->property_count = get_u32(reader);
  icl_tensor_spec **specs = pool_array(pool, reader, tensors, sizeof *specs);
  for (uint32_t k = 0; specs && k < tensors && !reader->bad; k++) {
    if (!get_u32(reader)) continue;
    const void *bytes = get_elements(reader, sizeof **specs, 1);
    if (!bytes) return;
    specs[k] = pool_take(pool, sizeof **specs);
    memcpy(specs[k], bytes, sizeof **specs);
    specs[k]->name = kept(pool, keep, reader);
  }
  icl_property *known = pool_array(pool, reader, properties, sizeof *known);
  for (uint32_t k = 0; known && k < properties && !reader->bad; k++) {
    known[k].name = kept(pool, keep, reader);
    known[k].value = get_double(reader);
  }
  if (tensors == signature->tensor_count) signature->tensors = (const icl_tensor_spec *const *)specs;
  if (properties == signature->property_count) signature->properties = known;
}

void put_values(frame *frame, const icl_value *const *values, uint32_t count) {
  put_u32(frame, count);
  for (uint32_t k = 0; k < count; k++) {
    put_u32(frame, values[k]->type);
    put_u64(frame, (uint64_t)values[k]->integer);
    put_double(frame, values[k]->real);
    put_text(frame, values[k]->text);
    put_u64(frame, values[k]->count);
    put_array(frame, values[k]->reals, values[k]->count * sizeof(double));
  }
}

const icl_value *const *get_values(reader *reader, pool *pool, uint32_t *count) {
  *count = get_u32(reader);
  icl_value **values = pool_array(pool, reader, *count, sizeof *values);
  for (uint32_t k = 0; values && k < *count; k++) {
    values[k] = pool_take(pool, sizeof **values);
    values[k]->struct_size = sizeof **values;
    values[k]->type = get_u32(reader);
    values[k]->integer = (int64_t)get_u64(reader);
    values[k]->real = get_double(reader);
    values[k]->text = get_text(reader);
    values[k]->count = get_u64(reader);
    uint64_t bytes;
    values[k]->reals = get_array(reader, &bytes);
    if (values[k]->type != ICL_REALS) values[k]->reals = NULL;
  }
  return (const icl_value *const *)values;
}

static void put_tensors(frame *frame, const icl_tensor *tensors, uint32_t count) {
  put_u32(frame, tensors != NULL);
  for (uint32_t k = 0; tensors && k < count; k++) {
    uint64_t elements = 1;
    for (uint64_t axis = 0; axis < tensors[k].rank; axis++) elements *= tensors[k].extents[axis];
    put_text(frame, tensors[k].name);
    put_u64(frame, tensors[k].rank);
    put_array(frame, tensors[k].extents, tensors[k].rank * sizeof(uint64_t));
    put_array(frame, tensors[k].values, elements * sizeof(double));
  }
}

static const icl_tensor *get_tensors(reader *reader, pool *pool, uint32_t count) {
  if (!get_u32(reader)) return NULL;
  icl_tensor *tensors = pool_array(pool, reader, count, sizeof *tensors);
  for (uint32_t k = 0; tensors && k < count; k++) {
    uint64_t bytes;
    tensors[k].name = get_text(reader);
    tensors[k].rank = get_u64(reader);
    tensors[k].extents = get_array(reader, &bytes);
    tensors[k].values = get_array(reader, &bytes);
  }
  return tensors;
}

void put_snapshot(frame *frame, const icl_snapshot *snapshot) {
  put_u64(frame, snapshot->step);
  put_u64(frame, snapshot->steps);
  put_u32(frame, snapshot->parameter_count);
  put_tensors(frame, snapshot->parameters, snapshot->parameter_count);
  put_tensors(frame, snapshot->start, snapshot->parameter_count);
  put_u32(frame, (uint32_t)snapshot->setting_count);
  for (uint64_t k = 0; k < snapshot->setting_count; k++) {
    put_text(frame, snapshot->settings[k].owner);
    put_text(frame, snapshot->settings[k].name);
    put_text(frame, snapshot->settings[k].text);
    put_double(frame, snapshot->settings[k].value);
  }
}

void get_snapshot(reader *reader, pool *pool, icl_snapshot *snapshot) {
  *snapshot = (icl_snapshot){.struct_size = sizeof *snapshot};
  snapshot->step = get_u64(reader);
  snapshot->steps = get_u64(reader);
  snapshot->parameter_count = get_u32(reader);
  snapshot->parameters = get_tensors(reader, pool, snapshot->parameter_count);
  snapshot->start = get_tensors(reader, pool, snapshot->parameter_count);
  const uint32_t count = get_u32(reader);
  icl_setting *settings = pool_array(pool, reader, count, sizeof *settings);
  for (uint32_t k = 0; settings && k < count; k++) {
    settings[k].owner = get_text(reader);
    settings[k].name = get_text(reader);
    settings[k].text = get_text(reader);
    settings[k].value = get_double(reader);
  }
  snapshot->settings = settings;
  snapshot->setting_count = count;
}

static void put_named(frame *frame, const icl_named_values *named, uint32_t count,
                      uint64_t prompts) {
  put_u32(frame, count);
  for (uint32_t k = 0; k < count; k++) {
    put_text(frame, named[k].name);
    put_u64(frame, named[k].elements);
    put_array(frame, named[k].values, prompts * named[k].elements * sizeof(double));
  }
}

static const icl_named_values *get_named(reader *reader, pool *pool, uint32_t *count) {
  *count = get_u32(reader);
  icl_named_values *named = pool_array(pool, reader, *count, sizeof *named);
  for (uint32_t k = 0; named && k < *count; k++) {
    uint64_t bytes;
    named[k].name = get_text(reader);
    named[k].elements = get_u64(reader);
    named[k].values = get_array(reader, &bytes);
  }
  return named;
}

void put_chunk(frame *frame, const icl_chunk *chunk, uint64_t values, uint64_t losses) {
  const uint64_t count = chunk->count;
  put_u64(frame, count);
  put_array(frame, chunk->predictions, count * values * sizeof(double));
  put_array(frame, chunk->targets, count * values * sizeof(double));
  put_array(frame, chunk->losses, count * losses * sizeof(double));
  put_u32(frame, chunk->oracle_losses != NULL);
  if (chunk->oracle_losses) {
    put_array(frame, chunk->oracle_losses, count * losses * sizeof(double));
  }
  put_named(frame, chunk->latents, chunk->latent_count, count);
  put_named(frame, chunk->inputs, chunk->input_count, count);
  put_named(frame, chunk->declared, chunk->declared_count, count);
}

void get_chunk(reader *reader, pool *pool, icl_chunk *chunk) {
  uint64_t bytes;
  *chunk = (icl_chunk){.struct_size = sizeof *chunk};
  chunk->count = get_u64(reader);
  chunk->predictions = get_array(reader, &bytes);
  chunk->targets = get_array(reader, &bytes);
  chunk->losses = get_array(reader, &bytes);
  if (get_u32(reader)) chunk->oracle_losses = get_array(reader, &bytes);
  chunk->latents = get_named(reader, pool, &chunk->latent_count);
  chunk->inputs = get_named(reader, pool, &chunk->input_count);
  chunk->declared = get_named(reader, pool, &chunk->declared_count);
}
