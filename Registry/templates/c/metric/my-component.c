/* The mean absolute error at each scored position, with its standard error. */
#include <icl/icl.h>
#include <math.h>
#include <stdlib.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host, (void)options, (void)count, (void)error;
  *instance = malloc(1);
  return *instance ? ICL_OK : ICL_OUT_OF_MEMORY;
}

struct sums {
  uint64_t positions, outputs, first, prompts;
  double *errors, *squares; /* [positions] each, over prompts */
};

static int32_t begin(void *instance, const icl_signature *task, void **accumulator,
                     icl_error *error) {
  (void)instance, (void)error;
  struct sums *sums = calloc(1, sizeof *sums);
  double *values = calloc(2 * task->positions, sizeof *values);
  if (!sums || !values) {
    free(sums), free(values);
    return ICL_OUT_OF_MEMORY;
  }
  sums->positions = task->positions;
  sums->outputs = task->output_dimension;
  sums->first = task->context_length + 1 - task->positions;
  sums->errors = values;
  sums->squares = values + task->positions;
  *accumulator = sums;
  return ICL_OK;
}

static int32_t accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  (void)error;
  struct sums *sums = accumulator;
  for (uint64_t row = 0; row < chunk->count * sums->positions; row++) {
    double size = 0;
    for (uint64_t o = row * sums->outputs; o < (row + 1) * sums->outputs; o++)
      size += fabs(chunk->predictions[o] - chunk->targets[o]);
    sums->errors[row % sums->positions] += size;
    sums->squares[row % sums->positions] += size * size;
  }
  sums->prompts += chunk->count;
  return ICL_OK;
}

static int32_t finish(void *accumulator, const icl_report *report, icl_error *error) {
  (void)error;
  struct sums *sums = accumulator;
  const double n = (double)sums->prompts;
  for (uint64_t k = 0; k < sums->positions; k++) {
    const double mean = sums->errors[k] / n;
    const double variance = fmax(sums->squares[k] / n - mean * mean, 0) / fmax(n - 1, 1);
    sums->errors[k] = mean;
    sums->squares[k] = sqrt(variance);
  }
  if (report && sums->prompts > 0) /* NULL: the evaluation was given up */
    report->values(report->state, "absolute-error", "context length", (int64_t)sums->first,
                   sums->positions, sums->errors, sums->squares);
  free(sums->errors);
  free(sums);
  return ICL_OK;
}

static const icl_option options[1];
#define MY_OPTION_COUNT 0

static const icl_metric interface = {
    .struct_size = sizeof interface, .needs = ICL_NEEDS_PREDICTIONS, .begin = begin,
    .accumulate = accumulate, .finish = finish};

#define MY_KIND ICL_METRIC
#define MY_SUMMARY "mean absolute error at each context length"
#include "plugin.inc"
