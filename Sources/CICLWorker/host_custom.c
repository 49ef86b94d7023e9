/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom operations: called for every tile of every step, so buffers go as they are, and many tiles
 * can go at once. The plugin's function is called for each.
 */
#define _GNU_SOURCE
#include "host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

custom *make_custom(proxy *proxy, uint64_t handle, const char *name, uint32_t inputs,
                    const uint64_t *elements) {
  custom *made = calloc(1, sizeof *made);
  if (!made) abort();
  made->worker = proxy->worker;
  made->component = proxy->component;
  made->handle = handle;
  made->name = strdup(name ? name : "");
  made->inputs = inputs;
  made->elements = malloc((inputs + 1) * sizeof *elements);
  memcpy(made->elements, elements, (inputs + 1) * sizeof *elements);
  made->next = proxy->customs;
  proxy->customs = made;
  return made;
}

void free_customs(proxy *proxy) {
  while (proxy->customs) {
    custom *next = proxy->customs->next;
    free(proxy->customs->name);
    free(proxy->customs->elements);
    free(proxy->customs);
    proxy->customs = next;
  }
}

static const char *const names[] = {"forward_f64", "pullback_f64", "forward_f32", "pullback_f32"};

static void fill_with_nan(void *values, uint64_t count, uint64_t size) {
  if (size == sizeof(float)) {
    for (uint64_t k = 0; k < count; k++) ((float *)values)[k] = NAN;
  } else {
    for (uint64_t k = 0; k < count; k++) ((double *)values)[k] = NAN;
  }
}

struct icl_worker_rows {
  call call;
  uint32_t operation;
  uint32_t inputs;
  void **arrays; /* the inputs; output; slope; gradients */
};

static icl_worker_rows *begin(custom *custom, uint32_t operation, uint64_t count, uint64_t piece,
                              int32_t *status) {
  const uint32_t which = operation - FORWARD_F64;
  const uint64_t pieces = piece ? (count + piece - 1) / piece : 1;
  const uint64_t number = atomic_fetch_add(&custom->counts[which], pieces) + 1;
  const int is_pullback = operation == PULLBACK_F64 || operation == PULLBACK_F32;
  const uint64_t bytes = count * (operation <= PULLBACK_F64 ? sizeof(double) : sizeof(float));
  const uint64_t *elements = custom->elements;
  const uint32_t inputs = custom->inputs;
  icl_worker_rows *rows = malloc(sizeof *rows + (2 * inputs + 2) * sizeof *rows->arrays);
  if (!rows) abort();
  rows->operation = operation;
  rows->inputs = inputs;
  rows->arrays = (void **)(rows + 1);
  *status = call_begin(&rows->call, custom->worker, custom->component, names[which], custom->name,
                       number, NULL);
  if (*status != ICL_OK) {
    free(rows);
    return NULL;
  }
  rows->call.slot->pieces = pieces;
  frame *frame = &rows->call.frame;
  put_u64(frame, custom->handle);
  put_u64(frame, count);
  put_u64(frame, piece);
  put_u32(frame, inputs);
  for (uint32_t k = 0; k < inputs; k++) {
    rows->arrays[k] = put_array(frame, NULL, bytes * elements[k]);
  }
  rows->arrays[inputs] = put_array(frame, NULL, bytes * elements[inputs]);
  if (is_pullback) {
    rows->arrays[inputs + 1] = put_array(frame, NULL, bytes * elements[inputs]);
    for (uint32_t k = 0; k < inputs; k++) {
      rows->arrays[inputs + 2 + k] = put_array(frame, NULL, bytes * elements[k]);
    }
  }
  if (frame->overflowed) {
    icl_worker_rows_end(rows);
    *status = ICL_OUT_OF_MEMORY;
    return NULL;
  }
  return rows;
}

icl_worker_rows *icl_worker_rows_begin(void *operation, uint32_t function, uint64_t count,
                                       uint64_t piece, int32_t *status) {
  custom *custom = operation;
  const uint64_t size = function <= ICL_WORKER_PULLBACK_F64 ? sizeof(double) : sizeof(float);
  icl_worker_rows *rows = begin(custom, FORWARD_F64 + function, count, piece, status);
  if (!rows) return NULL;
  /* NaN shows what a plugin forgot to write. */
  const uint64_t *elements = custom->elements;
  const uint32_t inputs = custom->inputs;
  if (function == ICL_WORKER_FORWARD_F64 || function == ICL_WORKER_FORWARD_F32) {
    fill_with_nan(rows->arrays[inputs], count * elements[inputs], size);
  } else {
    for (uint32_t k = 0; k < inputs; k++) {
      fill_with_nan(rows->arrays[inputs + 2 + k], count * elements[k], size);
    }
  }
  return rows;
}

void *icl_worker_rows_array(icl_worker_rows *rows, uint32_t index) { return rows->arrays[index]; }

int32_t icl_worker_rows_send(icl_worker_rows *rows) {
  return call_send(&rows->call, rows->operation);
}

void icl_worker_rows_end(icl_worker_rows *rows) {
  call_end(&rows->call);
  free(rows);
}

/* One call, of one tile, with the host's buffers. */
static int32_t run(custom *custom, uint32_t operation, uint64_t count, uint64_t size,
                   const void *const *inputs, void *output, const void *slope,
                   void *const *gradients) {
  int32_t status;
  icl_worker_rows *rows = begin(custom, operation, count, count, &status);
  if (!rows) return status;
  const uint32_t known = custom->inputs;
  const uint64_t *elements = custom->elements, bytes = count * size;
  for (uint32_t k = 0; k < known; k++) memcpy(rows->arrays[k], inputs[k], bytes * elements[k]);
  /* What the plugin does not write stays as the host had it. */
  memcpy(rows->arrays[known], output, bytes * elements[known]);
  if (gradients) {
    memcpy(rows->arrays[known + 1], slope, bytes * elements[known]);
    for (uint32_t k = 0; k < known; k++) {
      memcpy(rows->arrays[known + 2 + k], gradients[k], bytes * elements[k]);
    }
  }
  status = icl_worker_rows_send(rows);
  if (status == ICL_OK && gradients) {
    for (uint32_t k = 0; k < known; k++) {
      memcpy(gradients[k], rows->arrays[known + 2 + k], bytes * elements[k]);
    }
  } else if (status == ICL_OK) {
    memcpy(output, rows->arrays[known], bytes * elements[known]);
  }
  icl_worker_rows_end(rows);
  return status;
}

int32_t custom_forward_f64(void *user, uint64_t count, const double *const *inputs,
                           double *output) {
  return run(user, FORWARD_F64, count, sizeof(double), (const void *const *)inputs, output, NULL,
             NULL);
}

int32_t custom_pullback_f64(void *user, uint64_t count, const double *const *inputs,
                            const double *output, const double *slope, double *const *gradients) {
  return run(user, PULLBACK_F64, count, sizeof(double), (const void *const *)inputs,
             (void *)(uintptr_t)output, slope, (void *const *)gradients);
}

int32_t custom_forward_f32(void *user, uint64_t count, const float *const *inputs, float *output) {
  return run(user, FORWARD_F32, count, sizeof(float), (const void *const *)inputs, output, NULL,
             NULL);
}

int32_t custom_pullback_f32(void *user, uint64_t count, const float *const *inputs,
                            const float *output, const float *slope, float *const *gradients) {
  return run(user, PULLBACK_F32, count, sizeof(float), (const void *const *)inputs,
             (void *)(uintptr_t)output, slope, (void *const *)gradients);
}
