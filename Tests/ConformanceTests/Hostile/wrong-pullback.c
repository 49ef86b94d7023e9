/* expects: custom.gradient
 * Forgets a factor of the derivative. */
#include "begin.h"

static int32_t wrong(void *user, uint64_t count, const double *const *inputs,
                     const double *output, const double *above, double *const *below) {
  (void)user, (void)inputs;
  for (uint64_t i = 0; i < count; i++) below[0][i] = above[i] * (1 - output[i] * output[i]);
  return ICL_OK;
}
static icl_node build(BUILD_ARGUMENTS) {
  const icl_custom operation = {.struct_size = sizeof operation, .name = "squash",
                                .forward_f64 = squash, .pullback_f64 = wrong};
  return custom_model(instance, g, task, error, operation);
}
#define BUILD build

#include "end.h"
