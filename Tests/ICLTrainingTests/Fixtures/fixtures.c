// Components that the first-party plugins do not have: a task that samples by itself, a predictor on
// raw buffers, an optimizer that drives, a metric that reads inputs and latents, and a model whose
// loss is infinite.
#include <icl/icl.h>
#include <math.h>
#include <stdlib.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host; (void)options; (void)count; (void)error;
  *instance = malloc(1);
  return ICL_OK;
}

// Task "shift": x [3, 1] normal, y [2, 1] = x + b, target [1, 1] = x_2 + b, with b normal a prompt.
enum { N = 2 };
static const icl_tensor_spec shift_x = {
    .struct_size = sizeof(icl_tensor_spec), .role = ICL_ROLE_INPUT, .name = "x", .rank = 2,
    .extents = {N + 1, 1}};
static const icl_tensor_spec shift_y = {
    .struct_size = sizeof(icl_tensor_spec), .role = ICL_ROLE_INPUT, .name = "y", .rank = 2,
    .extents = {N, 1}};
static const icl_tensor_spec shift_target = {
    .struct_size = sizeof(icl_tensor_spec), .role = ICL_ROLE_TARGET, .name = "target", .rank = 2,
    .extents = {1, 1}};
static const icl_tensor_spec shift_b = {
    .struct_size = sizeof(icl_tensor_spec), .role = ICL_ROLE_LATENT, .name = "b", .rank = 1,
    .extents = {1}};
static const icl_tensor_spec *const shift_tensors[] = {&shift_x, &shift_y, &shift_target, &shift_b};

static int32_t shift_signature(void *instance, icl_signature *signature, icl_error *error) {
  (void)instance; (void)error;
  signature->scoring = ICL_SCORED_AT_QUERY;
  signature->context_length = N;
  signature->input_dimension = 1;
  signature->output_dimension = 1;
  signature->positions = 1;
  signature->tensors = shift_tensors;
  signature->tensor_count = 4;
  return ICL_OK;
}

static int32_t shift_sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                            double *const *tensors, icl_error *error) {
  (void)instance; (void)error;
  for (uint64_t p = 0; p < count; p++) {
    double *x = tensors[0] + p * (N + 1), *y = tensors[1] + p * N;
    double b;
    draw->normal(draw->state, "shift.x", first + p, N + 1, x);
    draw->normal(draw->state, "shift.b", first + p, 1, &b);
    for (int j = 0; j < N; j++) y[j] = x[j] + b;
    tensors[2][p] = x[N] + b;
    tensors[3][p] = b;
  }
  return ICL_OK;
}

static const icl_task shift = {.struct_size = sizeof(icl_task), .signature = shift_signature,
                               .sample = shift_sample};

// Predictor "identity": the query itself, so that its error is b.
static int32_t identity_predict(void *instance, const icl_signature *task, uint64_t count,
                                const double *const *inputs, double *predictions,
                                icl_error *error) {
  (void)instance; (void)error;
  const uint64_t n = task->context_length;
  for (uint64_t p = 0; p < count; p++) predictions[p] = inputs[0][p * (n + 1) + n];
  return ICL_OK;
}
static const icl_model identity = {.struct_size = sizeof(icl_model), .predict = identity_predict};

// Model "constant": the query plus one trained number, at first 3.
static icl_node constant_build(void *instance, const icl_graph *g, const icl_signature *task,
                               icl_error *error) {
  (void)instance; (void)error;
  icl_node c = icl_parameter(g, "c", icl_scalar(g, 3.0));
  return icl_add(g, c, icl_slice_axis(g, icl_input(g, "x"), 0, N, N + 1));
}
static const icl_model constant = {.struct_size = sizeof(icl_model), .build = constant_build};

// Model "explosive": exp(1000 c), infinite from the start.
static icl_node explosive_build(void *instance, const icl_graph *g, const icl_signature *task,
                                icl_error *error) {
  (void)instance; (void)error;
  icl_node c = icl_parameter(g, "c", icl_scalar(g, 3.0));
  icl_node e = icl_name(g, icl_unary(g, ICL_EXP, icl_scale(g, 1000.0, c)), "explosion");
  return icl_mul(g, e, icl_slice_axis(g, icl_input(g, "x"), 0, N, N + 1));
}
static const icl_model explosive = {.struct_size = sizeof(icl_model), .build = explosive_build};

// Optimizer "newton": drives. For one parameter: two gradients give the minimum of a parabola.
static int32_t newton_minimize(void *instance, const icl_objective *objective, double *parameters,
                               icl_error *error) {
  (void)instance; (void)error;
  double loss, here, there, moved = parameters[0] + 1;
  int32_t code = objective->evaluate(objective->state, parameters, &loss, &here);
  if (code) return code;
  code = objective->evaluate(objective->state, &moved, &loss, &there);
  if (code) return code;
  parameters[0] -= here / (there - here);
  return ICL_OK;
}
static const icl_optimizer newton = {.struct_size = sizeof(icl_optimizer),
                                     .minimize = newton_minimize};

// Metric "bias": the mean over prompts of x_q b, from inputs and latents; with predictions x_q and
// targets x_q + b it is also the mean of prediction times (target - prediction).
typedef struct { double count, known, seen; } bias_sums;
static int32_t bias_begin(void *instance, const icl_signature *task, void **accumulator,
                          icl_error *error) {
  (void)instance; (void)task; (void)error;
  *accumulator = calloc(1, sizeof(bias_sums));
  return ICL_OK;
}
static int32_t bias_accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  (void)error;
  bias_sums *sums = accumulator;
  for (uint64_t p = 0; p < chunk->count; p++) {
    const double x = chunk->inputs[0].values[p * (N + 1) + N];  // Inputs come sorted: x, y.
    sums->known += x * chunk->latents[0].values[p];
    sums->seen += chunk->predictions[p] * (chunk->targets[p] - chunk->predictions[p]);
  }
  sums->count += (double)chunk->count;
  return ICL_OK;
}
static int32_t bias_finish(void *accumulator, const icl_report *report, icl_error *error) {
  (void)error;
  bias_sums *sums = accumulator;
  if (report) {
    double known = sums->known / sums->count, seen = sums->seen / sums->count;
    report->values(report->state, "known", NULL, 0, 1, &known, NULL);
    report->values(report->state, "seen", NULL, 0, 1, &seen, NULL);
  }
  free(sums);
  return ICL_OK;
}
static const icl_metric bias = {.struct_size = sizeof(icl_metric),
                                .needs = ICL_NEEDS_PREDICTIONS | ICL_NEEDS_LATENTS | ICL_NEEDS_INPUTS,
                                .begin = bias_begin, .accumulate = bias_accumulate,
                                .finish = bias_finish};

#define COMPONENT(KIND, ID, TABLE)                                                             \
  {.struct_size = sizeof(icl_component), .kind = KIND, .id = ID, .version = "1.0.0",           \
   .summary = "for tests", .create = create, .destroy = free, .interface = TABLE}
static const icl_component components[] = {
    COMPONENT(ICL_TASK, "shift", &shift), COMPONENT(ICL_MODEL, "identity", &identity),
    COMPONENT(ICL_MODEL, "constant", &constant), COMPONENT(ICL_MODEL, "explosive", &explosive),
    COMPONENT(ICL_OPTIMIZER, "newton", &newton), COMPONENT(ICL_METRIC, "bias", &bias)};
static const icl_plugin plugin = {
    .struct_size = sizeof(icl_plugin), .abi_minor = ICL_ABI_MINOR, .name = "fixtures",
    .version = "1.0.0", .license = "Apache-2.0", .components = components, .component_count = 6};

ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest, uint32_t highest,
                                           icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
  return &plugin;
}
