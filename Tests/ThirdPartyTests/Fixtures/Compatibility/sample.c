/* One component of each kind, by what icl.h 1.0 has: this file must build against every header. */
#include <icl/icl.h>
#include <stdlib.h>
#include <string.h>

/* Model: y_q = sum_t softmax(key . query) y_t, after a recurrence and an operation of its own. */
typedef struct settings { double scale, shift; int64_t twice; uint64_t count; } settings;

static int32_t model_create(const icl_host *host, const icl_value *const *options, uint32_t count,
                            void **instance, icl_error *error) {
  settings *s = malloc(sizeof *s);
  (void)error;
  if (!s || count != 6) return ICL_FAILED;
  s->scale = options[0]->real;
  s->twice = options[1]->integer + (options[2]->integer && strcmp(options[3]->text, "plus") == 0);
  s->shift = options[4]->count == 2 ? options[4]->reals[1] : 99;
  s->count = strlen(options[5]->text);
  /* Asked for as every plugin may: by name, and NULL is an answer. */
  if (host->extension(host, "no.such.extension/1")) return ICL_FAILED;
  *instance = s;
  return ICL_OK;
}

static int32_t square(void *user, uint64_t count, const double *const *inputs, double *output) {
  const uint64_t elements = count * *(const uint64_t *)user;
  for (uint64_t i = 0; i < elements; i++) output[i] = inputs[0][i] * inputs[0][i];
  return ICL_OK;
}
static int32_t square_pullback(void *user, uint64_t count, const double *const *inputs,
                               const double *output, const double *output_gradient,
                               double *const *input_gradients) {
  const uint64_t elements = count * *(const uint64_t *)user;
  (void)output;
  for (uint64_t i = 0; i < elements; i++)
    input_gradients[0][i] = 2 * inputs[0][i] * output_gradient[i];
  return ICL_OK;
}

static void running_mean(void *user, const icl_graph *g, const icl_node *carry,
                         const icl_node *slices, const icl_node *shared, icl_node *next_carry,
                         icl_node *outputs) {
  (void)user;
  next_carry[0] = icl_add(g, icl_mul(g, shared[0], carry[0]), slices[0]);
  outputs[0] = next_carry[0];
}

static icl_node model_build(void *instance, const icl_graph *g, const icl_signature *task,
                            icl_error *error) {
  settings *s = instance;
  const uint64_t n = task->context_length, d = task->input_dimension, matrix[2] = {d, d};
  (void)error;
  g->begin_scope(g->builder, "sample");
  icl_node x = icl_input(g, "x"), y = icl_input(g, "y");
  icl_node m = icl_parameter(g, "key", icl_scale(g, s->scale, icl_normal(g, "key", 2, matrix)));
  icl_node decay = icl_parameter(g, "decay", icl_scalar(g, 0.5));
  icl_node zero = icl_scale(g, 0, icl_slice_axis(g, x, 0, 0, 1));
  icl_node initial = icl_sum_axis(g, zero, 0), results[2];
  const icl_scan scan = {.struct_size = sizeof scan, .carry_count = 1, .sequence_count = 1,
                         .shared_count = 1, .output_count = 1, .initial = &initial,
                         .sequences = &x, .shared = &decay, .body = running_mean};
  g->scan(g->builder, &scan, results);
  icl_node context = icl_slice_axis(g, results[1], 0, 0, n);
  icl_node query = icl_einsum(g, "ij,qj->qi", m, icl_slice_axis(g, x, 0, n, n + 1));
  icl_node scores = icl_einsum(g, "qi,ni->qn", query, context);
  icl_node weights = icl_name(g, g->softmax(g->builder, scores, 0, 1), "weights");
  s->count = n;
  const uint64_t extents[2] = {1, n};
  const icl_custom operation = {.struct_size = sizeof operation, .rank = 2, .name = "square",
                                .extents = extents, .user = &s->count, .forward_f64 = square,
                                .pullback_f64 = square_pullback};
  if (s->twice == 2) weights = g->custom(g->builder, &operation, 1, &weights);
  g->end_scope(g->builder);
  return icl_add(g, icl_einsum(g, "qn,no->qo", weights, y), icl_scalar(g, s->shift));
}

#define OPTION(TYPE, NAME, DEFAULT, ...)                                                        \
  {.struct_size = sizeof(icl_option), .type = TYPE, .name = NAME, .default_text = DEFAULT,      \
   .summary = "of the sample" __VA_ARGS__}
static const icl_option model_options[] = {
    OPTION(ICL_REAL, "scale", "0.3", , .minimum = 0, .maximum = 10),
    OPTION(ICL_INTEGER, "order", "1", , .minimum = 1, .maximum = 2),
    OPTION(ICL_BOOLEAN, "squared", "true", ),
    OPTION(ICL_CHOICE, "sign", "plus", , .choices = "minus|plus"),
    OPTION(ICL_REALS, "shifts", "0,0.125", , .unit = "labels"), OPTION(ICL_TEXT, "label", "a", )};
static const icl_model model = {.struct_size = sizeof model, .build = model_build};

/* Task: x normal, y_j = 2 x_j0, target likewise; drawn by itself. */
enum { N = 4, D = 2 };
static const icl_tensor_spec task_x = {.struct_size = sizeof task_x, .role = ICL_ROLE_INPUT,
                                       .name = "x", .rank = 2, .extents = {N + 1, D}};
static const icl_tensor_spec task_y = {.struct_size = sizeof task_y, .role = ICL_ROLE_INPUT,
                                       .name = "y", .rank = 2, .extents = {N, 1}};
static const icl_tensor_spec task_target = {.struct_size = sizeof task_target,
                                            .role = ICL_ROLE_TARGET, .name = "target", .rank = 2,
                                            .extents = {1, 1}};
static const icl_tensor_spec *const task_tensors[] = {&task_x, &task_y, &task_target};

static int32_t nothing_create(const icl_host *host, const icl_value *const *options,
                              uint32_t count, void **instance, icl_error *error) {
  static int nothing;
  (void)host; (void)options; (void)count; (void)error;
  *instance = &nothing;
  return ICL_OK;
}
static int32_t task_signature(void *instance, icl_signature *signature, icl_error *error) {
  (void)instance; (void)error;
  signature->scoring = ICL_SCORED_AT_QUERY;
  signature->context_length = N;
  signature->input_dimension = D;
  signature->output_dimension = signature->positions = 1;
  signature->tensors = task_tensors;
  signature->tensor_count = 3;
  return ICL_OK;
}
static int32_t task_sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                           double *const *tensors, icl_error *error) {
  (void)instance; (void)error;
  for (uint64_t p = 0; p < count; p++) {
    double *x = tensors[0] + p * (N + 1) * D;
    draw->normal(draw->state, "sample.x", first + p, (N + 1) * D, x);
    for (int j = 0; j < N; j++) tensors[1][p * N + j] = 2 * x[j * D];
    tensors[2][p] = 2 * x[N * D];
  }
  return ICL_OK;
}
static const icl_task task = {.struct_size = sizeof task, .signature = task_signature,
                              .sample = task_sample};

/* Metric: the mean prediction. */
typedef struct mean { double sum; uint64_t count; } mean;
static int32_t metric_begin(void *instance, const icl_signature *signature, void **accumulator,
                            icl_error *error) {
  (void)instance; (void)signature; (void)error;
  return (*accumulator = calloc(1, sizeof(mean))) ? ICL_OK : ICL_OUT_OF_MEMORY;
}
static int32_t metric_accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  mean *m = accumulator;
  (void)error;
  for (uint64_t p = 0; p < chunk->count; p++) m->sum += chunk->predictions[p];
  m->count += chunk->count;
  return ICL_OK;
}
static int32_t metric_finish(void *accumulator, const icl_report *report, icl_error *error) {
  mean *m = accumulator;
  const double value = m->sum / (double)m->count;
  (void)error;
  if (report) report->values(report->state, "mean-prediction", NULL, 0, 1, &value, NULL);
  free(m);
  return ICL_OK;
}
static const icl_metric metric = {.struct_size = sizeof metric, .needs = ICL_NEEDS_PREDICTIONS,
                                  .begin = metric_begin, .accumulate = metric_accumulate,
                                  .finish = metric_finish};

/* Optimizer: gradient descent at the rate 0.1. */
static int32_t optimizer_step(void *instance, const icl_update *u, icl_error *error) {
  (void)instance; (void)error;
  const double rate = 0.1 * u->learning_rate_scale;
  for (uint64_t i = 0; i < u->count; i++)
    if (u->element_type == ICL_F64)
      ((double *)u->parameters)[i] -= rate * ((const double *)u->gradients)[i];
    else
      ((float *)u->parameters)[i] -= (float)rate * ((const float *)u->gradients)[i];
  return ICL_OK;
}
static const icl_optimizer optimizer = {.struct_size = sizeof optimizer, .step = optimizer_step};

#define COMPONENT(KIND, ID, CREATE, DESTROY, TABLE, OPTIONS, COUNT)                             \
  {.struct_size = sizeof(icl_component), .kind = KIND, .id = ID, .version = "1.0.0",            \
   .summary = "of the sample", .options = OPTIONS, .option_count = COUNT, .create = CREATE,     \
   .destroy = DESTROY, .interface = TABLE}
static const icl_component components[] = {
    COMPONENT(ICL_MODEL, "sample", model_create, free, &model, model_options, 6),
    COMPONENT(ICL_TASK, "sample", nothing_create, NULL, &task, NULL, 0),
    COMPONENT(ICL_METRIC, "sample", nothing_create, NULL, &metric, NULL, 0),
    COMPONENT(ICL_OPTIMIZER, "sample", nothing_create, NULL, &optimizer, NULL, 0)};
static const icl_plugin plugin = {
    .struct_size = sizeof plugin, .abi_minor = 0, .name = "sample", .version = "1.0.0",
    .license = "Apache-2.0", .components = components, .component_count = 4};

ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                           uint32_t highest_minor, icl_error *error) {
  (void)host; (void)error;
  return lowest_minor == 0 && highest_minor >= lowest_minor ? &plugin : NULL;
}
