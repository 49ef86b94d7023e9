/* expects: faults.empty
 * Divides by the number of prompts. */
#include "begin.h"

static volatile int divisor;
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  divisor = 100 / (int)count;
  return status;
}
#define PREDICT predict

#include "end.h"
