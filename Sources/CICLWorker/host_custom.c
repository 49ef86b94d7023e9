/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom operations: called for every tile of every step, so buffers go as they are and nothing is
 * allocated.
 */
#define _GNU_SOURCE
#include "host.h"

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

static int32_t run(custom *custom, uint32_t operation, uint64_t count, uint64_t size,
                   const void *const *inputs, void *output, const void *slope,
                   void *const *gradients) {
  const uint32_t which = operation - FORWARD_F64;
  const uint64_t number = atomic_fetch_add(&custom->counts[which], 1) + 1;
  call call;
  int32_t status = call_begin(&call, custom->worker, custom->component, names[which], custom->name,
                              number, NULL);
  if (status != ICL_OK) return status;
  frame *frame = &call.frame;
  const uint64_t *elements = custom->elements;
  const uint64_t bytes = count * size;
  put_u64(frame, custom->handle);
  put_u64(frame, count);
  put_u32(frame, custom->inputs);
  for (uint32_t k = 0; k < custom->inputs; k++) put_array(frame, inputs[k], bytes * elements[k]);
  /* What the plugin does not write stays as the host has it. */
  void *made = put_array(frame, output, bytes * elements[custom->inputs]);
  void *places[16], **slopes = places;
  if (gradients) {
    put_array(frame, slope, bytes * elements[custom->inputs]);
    if (custom->inputs > 16) slopes = malloc(custom->inputs * sizeof *slopes);
    for (uint32_t k = 0; k < custom->inputs; k++) {
      slopes[k] = put_array(frame, gradients[k], bytes * elements[k]);
    }
  }
  status = call_send(&call, operation);
  if (status == ICL_OK && gradients) {
    for (uint32_t k = 0; k < custom->inputs; k++) {
      memcpy(gradients[k], slopes[k], bytes * elements[k]);
    }
  } else if (status == ICL_OK) {
    memcpy(output, made, bytes * elements[custom->inputs]);
  }
  if (slopes != places) free(slopes);
  call_end(&call);
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
