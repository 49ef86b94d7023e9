/* expects: numerics.causality
 * Uses the last label at every position. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  const uint64_t n = task->context_length, k = task->positions * task->output_dimension;
  for (uint64_t i = 0; n > 0 && i < count * k; i++)
    predictions[i] += 0.1 * inputs[1][(i / k) * n * task->output_dimension + n - 1];
  return status;
}
#define PREDICT predict

#include "end.h"
