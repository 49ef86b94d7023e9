/* expects: faults.unusual-prompts
 * Waits for a number to become small. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  double x = count && task->context_length ? fabs(inputs[1][0]) : 0;
  while (!(x < 1)) {
    x /= 2;
    __asm__ volatile("" : : : "memory");
  }
  return status;
}
#define PREDICT predict

#include "end.h"
