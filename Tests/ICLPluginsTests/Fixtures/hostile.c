/* A plugin that is right, unless a switch makes one thing of it wrong. */
#include <icl/icl.h>
#include <math.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host; (void)options; (void)count; (void)instance; (void)error;
#ifdef CREATE_FAILS
  const char *text = "the rank must divide the dimension";
  for (int i = 0; text[i]; i++) error->message[i] = text[i];
  error->path[0] = 'd';
  return ICL_INVALID;
#elif defined CREATE_FAILS_SILENTLY
  return ICL_OUT_OF_MEMORY;
#elif defined CREATE_FLUSHES
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
  return ICL_OK;
#else
  return ICL_OK;
#endif
}

static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)instance; (void)task; (void)error;
  return icl_scalar(g, 0);
}

static int32_t predict(void *instance, const icl_signature *task, uint64_t count,
                       const double *const *inputs, double *predictions, icl_error *error) {
  (void)instance; (void)task; (void)count; (void)inputs; (void)predictions; (void)error;
  return ICL_OK;
}

#ifndef INTERFACE_SIZE
#define INTERFACE_SIZE sizeof(icl_model)
#endif
static const icl_model model = {
    .struct_size = INTERFACE_SIZE,
#ifndef NO_BUILD
    .build = build,
#endif
#ifdef TWO_WAYS
    .predict = predict,
#endif
};
__attribute__((used)) static void *const keep = (void *)predict;

static const icl_optimizer optimizer = {.struct_size = sizeof(icl_optimizer)};

/* Options. */
#ifndef OPTION_TYPE
#define OPTION_TYPE ICL_REAL
#endif
#ifndef OPTION_DEFAULT
#define OPTION_DEFAULT "0.5"
#endif
#ifndef OPTION_NAME
#define OPTION_NAME "rate"
#endif
#ifndef OPTION_MINIMUM
#define OPTION_MINIMUM 0.0
#endif
#ifndef OPTION_MAXIMUM
#define OPTION_MAXIMUM 1.0
#endif
#ifndef OPTION_CHOICES
#define OPTION_CHOICES (void *)0
#endif

#ifdef FUTURE
/* Structs as a later minor version may have them: more fields at the end. */
struct future_option { icl_option now; uint64_t junk[3]; };
static const struct future_option options[] = {
    {{.struct_size = sizeof(struct future_option), .type = ICL_REAL, .name = "first",
      .default_text = "1", .summary = "the first"}, {~0ull, ~0ull, ~0ull}},
    {{.struct_size = sizeof(struct future_option), .type = ICL_INTEGER, .name = "second",
      .default_text = "2", .summary = "the second"}, {~0ull, ~0ull, ~0ull}}};
#define OPTIONS &options[0].now
#define OPTION_COUNT 2
#else
static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = OPTION_TYPE, .name = OPTION_NAME,
     .default_text = OPTION_DEFAULT, .summary = "how fast", .choices = OPTION_CHOICES,
     .minimum = OPTION_MINIMUM, .maximum = OPTION_MAXIMUM},
    {.struct_size = sizeof(icl_option), .type = ICL_BOOLEAN, .name = "centred",
     .default_text = "no", .summary = "whether to centre"}};
#ifdef NULL_OPTIONS
#define OPTIONS (void *)0
#else
#define OPTIONS options
#endif
#define OPTION_COUNT 2
#endif

struct component {
  icl_component now;
#ifdef FUTURE
  uint64_t junk[5];
#endif
};

#ifndef COMPONENT_SIZE
#define COMPONENT_SIZE sizeof(struct component)
#endif
#ifndef ID
#define ID "first"
#endif
#ifndef SECOND_ID
#define SECOND_ID "second"
#endif
#ifndef KIND
#define KIND ICL_MODEL
#endif
#ifndef CREATE
#define CREATE create
#endif
#ifndef INTERFACE
#define INTERFACE &model
#endif
static const struct component components[] = {
    {.now = {.struct_size = COMPONENT_SIZE, .kind = ICL_MODEL, .id = ID, .version = "1.0.0",
          .summary = "a model", .options = OPTIONS, .option_count = OPTION_COUNT,
          .create = CREATE, .interface = INTERFACE}},
    {.now = {.struct_size = COMPONENT_SIZE, .kind = KIND, .id = SECOND_ID, .version = "1.0.0",
          .summary = "another", .create = create,
#ifdef BAD_OPTIMIZER
          .interface = &optimizer}},
#else
          .interface = &model}},
#endif
};
__attribute__((used)) static const void *const keep_optimizer = &optimizer;

#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(icl_plugin)
#endif
#ifndef MINOR
#define MINOR ICL_ABI_MINOR
#endif
#ifndef NAME
#define NAME "hostile"
#endif
#ifndef COMPONENT_COUNT
#define COMPONENT_COUNT 2
#endif
#ifdef NULL_COMPONENTS
#define COMPONENTS (void *)0
#else
#define COMPONENTS (const icl_component *)components
#endif
static const icl_plugin plugin = {
    .struct_size = PLUGIN_SIZE, .abi_minor = MINOR, .name = NAME, .version = "1.0.0",
    .license = "Apache-2.0", .components = COMPONENTS, .component_count = COMPONENT_COUNT};

#ifdef OTHER_MAJOR
__attribute__((section(".note.icl"), used, aligned(4))) static const icl_note note = {
    4u, 8u, ICL_NOTE_TYPE, {'I', 'C', 'L', 0}, OTHER_MAJOR, 0};
#elif defined SHORT_NOTE
__attribute__((section(".note.icl"), used, aligned(4))) static const icl_note note = {
    4u, 4u, ICL_NOTE_TYPE, {'I', 'C', 'L', 0}, 1, 0};
#elif defined OTHER_NOTE
__attribute__((section(".note.icl"), used, aligned(4))) static const icl_note note = {
    4u, 8u, ICL_NOTE_TYPE, {'I', 'C', 'M', 0}, 1, 0};
#elif defined HUGE_NOTE
__attribute__((section(".note.icl"), used, aligned(4))) static const icl_note note = {
    4u, 0xfffffff0u, ICL_NOTE_TYPE, {'I', 'C', 'L', 0}, 1, 0};
#elif !defined NO_NOTE
ICL_PLUGIN_NOTE;
#endif

#ifdef UNDEFINED
int not_defined_anywhere(void);
#endif

#ifdef NO_SYMBOL
#define icl_plugin_v1 icl_plugin_v2
ICL_EXPORT const icl_plugin *icl_plugin_v2(const icl_host *, uint32_t, uint32_t, icl_error *);
#endif
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
#ifdef UNDEFINED
  not_defined_anywhere();
#endif
#ifdef REFUSES
  error->code = REFUSES;
  const char *text = "no licence found";
  for (int i = 0; text[i]; i++) error->message[i] = text[i];
  return (void *)0;
#endif
#ifdef REFUSES_SILENTLY
  return (void *)0;
#endif
#ifdef FILLS_ERROR
  for (unsigned i = 0; i < sizeof error->message; i++) error->message[i] = '\xc3';
  for (unsigned i = 0; i < sizeof error->path; i++) error->path[i] = 'p';
  return (void *)0;
#endif
#ifdef ENTRY_FLUSHES
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
  return &plugin;
}
