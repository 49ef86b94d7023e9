/* expects: numerics.precision
 * An optimizer that computes in single precision also where parameters are double. */
#include <icl/icl.h>
#include <stddef.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  static int nothing;
  (void)host, (void)options, (void)count, (void)error;
  *instance = &nothing;
  return ICL_OK;
}
static int32_t step(void *instance, const icl_update *update, icl_error *error) {
  (void)instance, (void)error;
  const int is_double = update->element_type == ICL_F64;
  for (uint64_t i = 0; i < update->count; i++) {
    double *wide = (double *)update->parameters;
    float *narrow = (float *)update->parameters;
    const double gradient = is_double ? ((const double *)update->gradients)[i]
                                      : ((const float *)update->gradients)[i];
    const float moved = (float)(is_double ? wide[i] : narrow[i]) - 0.01f * (float)gradient;
    if (!is_double) narrow[i] = moved;
    else if (gradient != 0) wide[i] = moved;
  }
  return ICL_OK;
}
static const icl_optimizer optimizer = {.struct_size = sizeof optimizer, .step = step};
static const icl_component component = {
    .struct_size = sizeof component, .kind = ICL_OPTIMIZER, .id = "hostile", .version = "1.0.0",
    .summary = "a plugin for tests", .create = create, .interface = &optimizer};
static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "hostile",
                                  .version = "1.0.0", .license = "Apache-2.0",
                                  .components = &component, .component_count = 1};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host, (void)lowest, (void)highest, (void)error;
  return &plugin;
}
