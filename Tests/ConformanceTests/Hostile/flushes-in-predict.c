/* expects: binary.floating-point
 * Sets flush-to-zero in a call, and leaves it. */
#include "begin.h"

static int32_t predict(PREDICT_ARGUMENTS) {
  const int32_t status = ordinary_predict(instance, task, count, inputs, predictions, error);
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
  return status;
}
#define PREDICT predict

#include "end.h"
