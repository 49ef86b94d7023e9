/* expects: determinism.history
 * Counts prompts, and uses the count. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  state *own = instance;
  for (uint64_t i = 0; i < count; i++) predictions[i] += 1e-3 * (double)own->calls;
  own->calls += count;
  return status;
}
#define PREDICT predict

#include "end.h"
