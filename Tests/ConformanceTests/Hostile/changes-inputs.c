/* expects: memory.inputs-unchanged
 * Works on its inputs in place. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  if (count && task->context_length) ((double *)inputs[1])[0] *= 2;
  return status;
}
#define PREDICT predict

#include "end.h"
