/* expects: numerics.batch
 * Subtracts the mean over the batch. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  const uint64_t k = task->positions * task->output_dimension;
  for (uint64_t i = 0; i < k; i++) {
    double mean = 0;
    for (uint64_t p = 0; p < count; p++) mean += predictions[p * k + i] / (double)count;
    for (uint64_t p = 0; p < count; p++) predictions[p * k + i] -= mean;
  }
  return status;
}
#define PREDICT predict

#include "end.h"
