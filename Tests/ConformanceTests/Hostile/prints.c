/* expects: binary.prints-nothing
 * Writes to standard output. */
#include "begin.h"

#include <stdio.h>
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  printf("predicted %d prompts\n", (int)count);
  return status;
}
#define PREDICT predict

#include "end.h"
