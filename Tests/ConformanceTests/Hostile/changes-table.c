/* expects: protocol.stable-tables
 * Rewrites its own tables. */
#include "begin.h"

#define TABLE_CONST
static icl_component components[1];
static int32_t predict(PREDICT_ARGUMENTS);
#define PREDICT predict

#include "end.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  components[0].summary = "a plugin that has predicted";
  return ordinary_predict(instance, task, count, inputs, predictions, error);
}
