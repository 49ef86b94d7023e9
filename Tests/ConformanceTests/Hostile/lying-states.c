/* expects: faults.run
 * Says that it needs no state, and writes one. */
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
  if (update->element_type == ICL_F64) ((double *)update->state[0])[0] = 1;
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
