/* expects: numerics.subnormals
 * Sets flush-to-zero for the time of a call, and puts the mode back. */
#include "begin.h"

static int32_t flushing(void *user, uint64_t count, const double *const *inputs, double *output) {
  const uint32_t mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040);
  for (uint64_t i = 0; i < count; i++) {
    volatile double x = inputs[0][i];
    output[i] = tanh(0.7 * x);
  }
  __builtin_ia32_ldmxcsr(mode);
  (void)user;
  return ICL_OK;
}

static icl_node build(BUILD_ARGUMENTS) {
  const icl_custom operation = {.struct_size = sizeof operation, .name = "squash",
                                .forward_f64 = flushing, .pullback_f64 = squash_back};
  return custom_model(instance, g, task, error, operation);
}
#define BUILD build

#include "end.h"
