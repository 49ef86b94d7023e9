/* expects: memory.work-leaks
 * Takes memory for each call, and keeps it. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  void *volatile lost = malloc(1000);
  (void)lost;
  return status;
}
#define PREDICT predict

#include "end.h"
