/* expects: determinism.schedule
 * Sums in the order in which a loop happens to run. */
#include "begin.h"

typedef struct job {
  double sum;
} job;
static void body(void *user, uint64_t index) {
  job *j = user;
  j->sum = 0.5 * j->sum + (double)index;
}
static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  const icl_host *host = ((state *)instance)->host;
  const icl_parallel *parallel = host->extension(host, ICL_EXTENSION_PARALLEL);
  job j = {0};
  if (parallel) parallel->run(host, 20, &j, body);
  for (uint64_t i = 0; i < count * task->positions * task->output_dimension; i++)
    predictions[i] += j.sum;
  return status;
}
#define PREDICT predict

#include "end.h"
