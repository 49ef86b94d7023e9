/* expects: faults.run
 * Never comes back. */
#include "begin.h"

static volatile int keep_going = 1;
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  while (keep_going) {}
  return status;
}
#define PREDICT predict

#include "end.h"
