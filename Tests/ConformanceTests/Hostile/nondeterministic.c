/* expects: determinism.same-twice
 * Adds noise of its own. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  if (count) predictions[0] += (double)rand() / RAND_MAX;
  return status;
}
#define PREDICT predict

#include "end.h"
