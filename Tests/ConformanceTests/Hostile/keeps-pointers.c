/* expects: memory.nothing-kept
 * Reads the inputs of the call before. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  state *own = instance;
  if (own->kept && count) predictions[0] += 0 * own->kept[0];
  own->kept = count ? inputs[0] : NULL;
  return status;
}
#define PREDICT predict

#include "end.h"
