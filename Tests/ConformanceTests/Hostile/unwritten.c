/* expects: numerics.written
 * Leaves the last prediction as it was. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const uint64_t all = count * task->positions * task->output_dimension;
  const double last = all ? predictions[all - 1] : 0;
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  if (all) predictions[all - 1] = last;
  return status;
}
#define PREDICT predict

#include "end.h"
