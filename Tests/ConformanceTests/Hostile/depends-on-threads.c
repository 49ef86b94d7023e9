/* expects: determinism.threads
 * Uses the number of threads in a result. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  const icl_host *host = ((state *)instance)->host;
  const icl_parallel *parallel = host->extension(host, ICL_EXTENSION_PARALLEL);
  for (uint64_t i = 0; i < count * task->positions * task->output_dimension; i++)
    predictions[i] += parallel ? parallel->threads(host) : 0;
  return status;
}
#define PREDICT predict

#include "end.h"
