/* What hostile plugins share: a small predictor that is as it should be. A file defines what is wrong
 * with it, and macros that say so, between begin.h and end.h. */
#define _GNU_SOURCE
#include <icl/icl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>


#define CREATE_ARGUMENTS                                                                 \
  const icl_host *host, const icl_value *const *options, uint32_t count, void **instance, \
      icl_error *error
#define PREDICT_ARGUMENTS                                                            \
  void *instance, const icl_signature *task, uint64_t count, const double *const *inputs, \
      double *predictions, icl_error *error
#define BUILD_ARGUMENTS \
  void *instance, const icl_graph *g, const icl_signature *task, icl_error *error

typedef struct state {
  const icl_host *host;
  const double *kept;
  double scale;
  uint64_t calls;
} state;

static int32_t ordinary_create(CREATE_ARGUMENTS) {
  (void)error;
  state *made = (state *)calloc(1, sizeof(state));
  if (!made) return ICL_OUT_OF_MEMORY;
  made->host = host;
  made->scale = count > 0 && options[0]->type == ICL_REAL ? options[0]->real : 1;
  *instance = made;
  return ICL_OK;
}

/* Position k: the mean of the labels before it. */
static int32_t ordinary_predict(PREDICT_ARGUMENTS) {
  (void)error;
  const uint64_t n = task->context_length, o = task->output_dimension, k = task->positions;
  for (uint64_t p = 0; p < count; p++)
    for (uint64_t i = 0; i < k; i++)
      for (uint64_t c = 0; c < o; c++) {
        const uint64_t seen = k == 1 ? n : i;
        double sum = 0;
        for (uint64_t j = 0; j < seen; j++) sum += inputs[1][(p * n + j) * o + c];
        predictions[(p * k + i) * o + c] =
            ((const state *)instance)->scale * (seen ? sum / (double)seen : 0);
      }
  return ICL_OK;
}

static int32_t refuse(icl_error *error, const char *path, const char *message) {
  error->code = ICL_INVALID;
  strncpy(error->path, path, sizeof error->path - 1);
  strncpy(error->message, message, sizeof error->message - 1);
  return ICL_INVALID;
}

/* A graph of one custom operation: tanh of 0.7 times the sum of the labels, at every position. */
static int32_t squash(void *user, uint64_t count, const double *const *inputs, double *output) {
  (void)user;
  for (uint64_t i = 0; i < count; i++) output[i] = tanh(0.7 * inputs[0][i]);
  return ICL_OK;
}
static int32_t squash_back(void *user, uint64_t count, const double *const *inputs,
                           const double *output, const double *above, double *const *below) {
  (void)user, (void)inputs;
  for (uint64_t i = 0; i < count; i++)
    below[0][i] = above[i] * 0.7 * (1 - output[i] * output[i]);
  return ICL_OK;
}
static int32_t squash_single(void *user, uint64_t count, const float *const *inputs,
                             float *output) {
  (void)user;
  for (uint64_t i = 0; i < count; i++) output[i] = tanhf(0.7f * inputs[0][i]);
  return ICL_OK;
}
static int32_t squash_single_back(void *user, uint64_t count, const float *const *inputs,
                                  const float *output, const float *above, float *const *below) {
  (void)user, (void)inputs;
  for (uint64_t i = 0; i < count; i++)
    below[0][i] = above[i] * 0.7f * (1 - output[i] * output[i]);
  return ICL_OK;
}
#ifndef __cplusplus
static icl_node custom_model(BUILD_ARGUMENTS, icl_custom operation) {
  (void)instance, (void)error;
  const uint64_t n = task->context_length;
  const uint64_t first[2] = {0, 0}, last[2] = {1, 1}, shape[2] = {task->positions, 1};
  icl_node y = g->slice(g->builder, icl_input(g, "y"), first, last, NULL); /* [1, 1] */
  icl_node rate = icl_parameter(g, "rate", icl_scalar(g, 0.5));
  icl_node scaled = g->reshape(g->builder, icl_mul(g, rate, y), 0, NULL);
  icl_node squashed = g->custom(g->builder, &operation, 1, &scaled);
  icl_node all = g->broadcast(g->builder, squashed, 2, shape);
  /* The first label is known from position 1 on. */
  double known[4096] = {0};
  for (uint64_t i = 0; i < task->positions; i++) known[i] = task->positions == 1 || i > 0;
  (void)n;
  return icl_mul(g, g->constant(g->builder, 2, shape, known), all);
}
#endif
