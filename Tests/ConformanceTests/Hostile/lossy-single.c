/* expects: custom.single
 * tanh by a short formula in single precision, right to four digits. */
#include "begin.h"

static int32_t lossy(void *user, uint64_t count, const float *const *inputs, float *output) {
  (void)user;
  for (uint64_t i = 0; i < count; i++) output[i] = tanhf(0.7f * inputs[0][i]) * 1.0001f;
  return ICL_OK;
}
static icl_node build(BUILD_ARGUMENTS) {
  const icl_custom operation = {.struct_size = sizeof operation, .name = "squash",
                                .forward_f64 = squash, .pullback_f64 = squash_back,
                                .forward_f32 = lossy};
  return custom_model(instance, g, task, error, operation);
}
#define BUILD build

#include "end.h"
