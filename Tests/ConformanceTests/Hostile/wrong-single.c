/* expects: custom.single
 * Another function in single precision. */
#include "begin.h"

static int32_t wrong(void *user, uint64_t count, const float *const *inputs, float *output) {
  (void)user;
  for (uint64_t i = 0; i < count; i++) output[i] = 0.7f * inputs[0][i];
  return ICL_OK;
}
static icl_node build(BUILD_ARGUMENTS) {
  const icl_custom operation = {.struct_size = sizeof operation, .name = "squash",
                                .forward_f64 = squash, .pullback_f64 = squash_back,
                                .forward_f32 = wrong};
  return custom_model(instance, g, task, error, operation);
}
#define BUILD build

#include "end.h"
