/* expects: faults.run
 * Writes through a NULL pointer. */
#include "begin.h"

static volatile int *volatile nowhere;
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  *nowhere = 1;
  return status;
}
#define PREDICT predict

#include "end.h"
