/* expects: determinism.fresh-memory
 * Reads memory before it is written. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  double *room = malloc(4096);
  if (!room) return ICL_OUT_OF_MEMORY;
  __asm__ volatile("" : : "r"(room) : "memory");
  for (uint64_t i = 0; i < count * task->positions * task->output_dimension; i++)
    predictions[i] += room[100];
  free(room);
  return status;
}
#define PREDICT predict

#include "end.h"
