/* A plugin for tests of trust: it leaves a mark as soon as any of its code runs. */
#include <icl/icl.h>
#include <fcntl.h>
#include <unistd.h>

#ifdef MARK
__attribute__((constructor)) static void leave_a_mark(void) {
  const int file = open(MARK, O_CREAT | O_WRONLY, 0600);
  if (file >= 0) close(file);
}
#endif

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  static int none;
  (void)host; (void)options; (void)count; (void)error;
  *instance = &none;
  return ICL_OK;
}
static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)instance; (void)task; (void)error;
  return icl_input(g, "y");
}
static const icl_model model = {.struct_size = sizeof model, .build = build};
static const icl_component component = {
    .struct_size = sizeof component, .kind = ICL_MODEL, .id = "vouched", .version = "1.0.0",
    .summary = SUMMARY, .create = create, .interface = &model};
static const icl_plugin plugin = {
    .struct_size = sizeof plugin, .name = "vouched", .version = VERSION, .license = "MIT",
    .components = &component, .component_count = 1};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest, uint32_t highest,
                                           icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
  return &plugin;
}
