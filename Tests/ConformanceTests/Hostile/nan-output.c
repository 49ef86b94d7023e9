/* expects: numerics.finite
 * Divides by zero. */
#include "begin.h"

static volatile double zero;
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  for (uint64_t i = 0; i < count * task->positions * task->output_dimension; i++)
    predictions[i] = zero / zero;
  return status;
}
#define PREDICT predict

#include "end.h"
