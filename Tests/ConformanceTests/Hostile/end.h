/* The tables, of what the file has defined. */
#ifndef CREATE
#define CREATE ordinary_create
#endif
#ifndef DESTROY
#define DESTROY free
#endif
#ifndef PREDICT
#define PREDICT ordinary_predict
#endif
#ifndef SUMMARY
#define SUMMARY "a plugin for tests"
#endif
#ifndef EXTENSION
#define EXTENSION NULL
#endif
#ifndef COMPONENT_SIZE
#define COMPONENT_SIZE sizeof(icl_component)
#endif
#ifndef COMPONENTS
#define COMPONENTS components
#endif

#ifdef BUILD
static const icl_model model = {.struct_size = sizeof(icl_model), .build = BUILD};
#else
static const icl_model model = {.struct_size = sizeof(icl_model), .predict = PREDICT};
#endif

#ifndef TEXT_OPTION
static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "scale", .default_text = "1",
     .summary = "a factor of predictions", .unit = NULL, .choices = NULL, .minimum = -10,
     .maximum = 10}};
#else
static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_TEXT, .name = "title",
     .default_text = "plain", .summary = "a text", .unit = NULL, .choices = NULL, .minimum = 0,
     .maximum = 0}};
#endif

#ifndef WITHOUT_TABLE
static const icl_component components[] = {
    {.struct_size = COMPONENT_SIZE, .kind = ICL_MODEL, .id = "hostile", .version = "1.0.0",
     .summary = SUMMARY, .options = options, .option_count = 1, .reserved = 0, .create = CREATE,
     .destroy = DESTROY, .interface = &model, .extension = EXTENSION}};
#endif

static const icl_plugin plugin = {.struct_size = sizeof(icl_plugin), .abi_minor = 0,
                                  .name = "hostile", .version = "1.0.0",
                                  .license = "Apache-2.0", .url = NULL,
                                  .components = COMPONENTS, .component_count = 1, .reserved = 0};

#ifndef WITHOUT_NOTE
ICL_PLUGIN_NOTE;
#endif

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host, (void)lowest, (void)highest, (void)error;
  return &plugin;
}
