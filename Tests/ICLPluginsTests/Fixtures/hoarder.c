/* Each instance takes 64 MiB of the arena and never gives it back. */
#include <icl/icl.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)options; (void)count; (void)error;
  const icl_arena *arena = host->extension(host, ICL_EXTENSION_ARENA);
  *instance = arena->allocate(host, 64u << 20);
  return *instance ? ICL_OK : ICL_OUT_OF_MEMORY;
}
static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)instance; (void)task; (void)error;
  return icl_input(g, "y");
}
static const icl_model model = {.struct_size = sizeof model, .build = build};
static const icl_component component = {
    .struct_size = sizeof component, .kind = ICL_MODEL, .id = "hoarder", .version = "1.0.0",
    .summary = "for tests", .create = create, .interface = &model};
static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "hoarder",
                                  .version = "1.0.0", .license = "MIT",
                                  .components = &component, .component_count = 1};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
  return &plugin;
}
