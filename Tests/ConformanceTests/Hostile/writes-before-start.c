/* expects: memory.guard-before
 * Writes one number too early. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  predictions[-1] = 1;
  return status;
}
#define PREDICT predict

#include "end.h"
