/* expects: nothing
 * A custom operation as it should be, in both precisions. */
#include "begin.h"

static icl_node build(BUILD_ARGUMENTS) {
  const icl_custom operation = {.struct_size = sizeof operation, .name = "squash",
                                .forward_f64 = squash, .pullback_f64 = squash_back,
                                .forward_f32 = squash_single,
                                .pullback_f32 = squash_single_back};
  return custom_model(instance, g, task, error, operation);
}
#define BUILD build

#include "end.h"
