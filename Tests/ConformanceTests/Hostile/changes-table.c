/* expects: protocol.stable-tables
 * Rewrites its own tables. */
#include "begin.h"

static char summary[] = "a plugin for tests";
#define SUMMARY summary
static int32_t predict(PREDICT_ARGUMENTS) {
  summary[0] = 'A';
  return ordinary_predict(instance, task, count, inputs, predictions, error);
}
#define PREDICT predict

#include "end.h"
