/* expects: determinism.threads
 * Uses the number of threads in a result. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  const icl_host *host = ((state *)instance)->host;
  const icl_parallel *parallel = host->extension(host, ICL_EXTENSION_PARALLEL);
  if (count && parallel) predictions[0] += parallel->threads(host);
  return status;
}
#define PREDICT predict

#include "end.h"
