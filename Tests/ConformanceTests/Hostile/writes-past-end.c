/* expects: memory.guard-after
 * Writes one number too many. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  predictions[count * task->positions * task->output_dimension] = 1;
  return status;
}
#define PREDICT predict

#include "end.h"
