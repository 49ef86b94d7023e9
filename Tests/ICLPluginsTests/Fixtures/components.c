/* One component of each other kind, small enough to be checked by hand. */
#include <icl/icl.h>
#include <stdlib.h>
#include <string.h>

static int32_t create_nothing(const icl_host *host, const icl_value *const *options,
                              uint32_t count, void **instance, icl_error *error) {
  (void)host; (void)options; (void)count; (void)instance; (void)error;
  return ICL_OK;
}

/* Tasks. x [n + 1, 2], y [n, 1], target [1, 1], latent w [2]; y_j = w . x_j. */
typedef struct { uint64_t n; uint32_t what; } task_state;
static int32_t create_task(const icl_host *host, const icl_value *const *options, uint32_t count,
                           void **instance, icl_error *error) {
  (void)host; (void)count; (void)error;
  task_state *s = calloc(1, sizeof *s);
  s->n = (uint64_t)options[0]->integer;
  s->what = (uint32_t)options[1]->integer;
  *instance = s;
  return ICL_OK;
}
enum { RIGHT, NO_TARGET, BAD_SHAPE, TWICE, BAD_POSITIONS, MISSING, BAD_STREAM, BAD_LOSS, FAILS };
static icl_tensor_spec x_spec, y_spec, target_spec, w_spec;
static const icl_tensor_spec *tensors[4] = {&x_spec, &y_spec, &target_spec, &w_spec};
static const icl_property properties[1] = {{"noise-variance", 0.0}};
static int32_t signature(void *instance, icl_signature *s, icl_error *error) {
  (void)error;
  const task_state *state = instance;
  const uint64_t n = state->n;
  x_spec = (icl_tensor_spec){sizeof x_spec, ICL_ROLE_INPUT, "x", 2, 0, {n + 1, 2}};
  y_spec = (icl_tensor_spec){sizeof y_spec, ICL_ROLE_INPUT, "y", 2, 0, {n, 1}};
  target_spec = (icl_tensor_spec){sizeof target_spec, ICL_ROLE_TARGET, "target", 2, 0, {1, 1}};
  w_spec = (icl_tensor_spec){sizeof w_spec, ICL_ROLE_LATENT, "w", 1, 0, {2}};
  if (state->what == NO_TARGET) target_spec.role = ICL_ROLE_LATENT;
  if (state->what == BAD_SHAPE) y_spec.extents[0] = n + 1;
  if (state->what == TWICE) w_spec.name = "x";
  s->scoring = ICL_SCORED_AT_QUERY;
  s->context_length = n;
  s->input_dimension = 2;
  s->output_dimension = 1;
  s->positions = state->what == BAD_POSITIONS ? n + 1 : 1;
  s->tensors = tensors;
  s->tensor_count = 4;
  s->property_count = 1;
  s->properties = properties;
  return ICL_OK;
}
static int32_t declare(void *instance, const icl_graph *g, icl_error *error) {
  const task_state *state = instance;
  const uint64_t n = state->n, xs[2] = {n + 1, 2}, ws[1] = {2}, one[2] = {1, 1}, all[2] = {n + 1, 1};
  if (state->what == FAILS) { strcpy(error->message, "no such covariance"); return ICL_UNSUPPORTED; }
  icl_node x = icl_prompt_normal(g, "x", 2, xs), w = icl_prompt_normal(g, "w", 1, ws);
  icl_node y = g->reshape(g->builder, icl_einsum(g, "ni,i->n", x, w), 2, all);
  g->output(g->builder, "x", x);
  g->output(g->builder, "w", icl_name(g, w, "true weights"));
  g->output(g->builder, "y", icl_slice_axis(g, y, 0, 0, n));
  if (state->what != MISSING)
    g->output(g->builder, "target", g->reshape(g->builder, icl_slice_axis(g, y, 0, n, n + 1), 2, one));
  return ICL_OK;
}
static int32_t sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                      double *const *t, icl_error *error) {
  (void)error;
  const task_state *state = instance;
  const uint64_t n = state->n;
  for (uint64_t p = 0; p < count; p++) {
    double *x = t[0] + p * (n + 1) * 2, *w = t[3] + p * 2;
    draw->normal(draw->state, state->what == BAD_STREAM ? "" : "x", first + p, (n + 1) * 2, x);
    draw->uniform(draw->state, "w", first + p, 2, w);
    for (uint64_t j = 0; j <= n; j++) {
      double value = x[2 * j] * w[0] + x[2 * j + 1] * w[1];
      if (j < n) t[1][p * n + j] = value; else t[2][p] = value;
    }
  }
  return ICL_OK;
}
/* Absolute error, from the predictions and the target. */
static icl_node loss(void *instance, const icl_graph *g, icl_node predictions, icl_error *error) {
  (void)error;
  const task_state *state = instance;
  icl_node d = icl_unary(g, ICL_ABS, icl_sub(g, predictions, icl_input(g, "target")));
  return state->what == BAD_LOSS ? d : icl_sum_axis(g, d, 1);
}
static icl_node oracle(void *instance, const icl_graph *g, icl_error *error) {
  (void)error;
  const task_state *state = instance;
  if (state->what == BAD_LOSS) return icl_input(g, "target");
  icl_node q = icl_slice_axis(g, icl_input(g, "x"), 0, state->n, state->n + 1);
  const uint64_t one[2] = {1, 1};
  return g->reshape(g->builder, icl_einsum(g, "qi,i->q", q, icl_input(g, "w")), 2, one);
}
static const icl_task declared = {.struct_size = sizeof(icl_task), .signature = signature,
                                  .declare = declare, .loss = loss, .oracle = oracle};
static const icl_task sampled = {.struct_size = sizeof(icl_task), .signature = signature,
                                 .sample = sample};
static const icl_option task_options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_INTEGER, .name = "context-length",
     .default_text = "3", .summary = "context pairs", .unit = "pairs", .minimum = 1, .maximum = 64},
    {.struct_size = sizeof(icl_option), .type = ICL_CHOICE, .name = "what",
     .default_text = "right", .summary = "what goes wrong",
     .choices = "right|no-target|bad-shape|twice|bad-positions|missing|bad-stream|bad-loss|fails"}};

/* A predictor: the last label. */
static int32_t predict(void *instance, const icl_signature *task, uint64_t count,
                       const double *const *inputs, double *predictions, icl_error *error) {
  (void)instance; (void)error;
  const uint64_t n = task->context_length;
  for (uint64_t p = 0; p < count; p++) predictions[p] = inputs[1][p * n + n - 1];
  return ICL_OK;
}
static const icl_model predictor = {.struct_size = sizeof(icl_model), .predict = predict};

/* A metric: mean loss, and the latents' sum along an axis. */
static int live;
typedef struct { double loss; uint64_t count; double latents[2], inputs; } sums;
static int32_t begin(void *instance, const icl_signature *task, void **accumulator,
                     icl_error *error) {
  (void)instance; (void)error;
  if (task->tensor_count != 4 || strcmp(task->tensors[3]->name, "w") ||
      strcmp(task->properties[0].name, "noise-variance"))
    return ICL_INVALID;
  *accumulator = calloc(1, sizeof(sums));
  live++;
  return ICL_OK;
}
static int32_t accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  (void)error;
  sums *s = accumulator;
  if (chunk->latent_count != 1 || strcmp(chunk->latents[0].name, "w") ||
      chunk->latents[0].elements != 2 || chunk->oracle_losses ||
      chunk->input_count != 1 || strcmp(chunk->inputs[0].name, "y") ||
      chunk->inputs[0].elements != 3)
    return ICL_INVALID;
  for (uint64_t p = 0; p < chunk->count; p++) {
    s->loss += chunk->losses[p];
    s->inputs += chunk->inputs[0].values[3 * p + 2];
    for (int i = 0; i < 2; i++) s->latents[i] += chunk->latents[0].values[2 * p + i];
  }
  s->count += chunk->count;
  return ICL_OK;
}
static int32_t finish(void *accumulator, const icl_report *report, icl_error *error) {
  (void)error;
  sums *s = accumulator;
  if (report) {
    double mean = s->loss / (double)s->count, none = 0, open = live;
    report->values(report->state, "loss", 0, 0, 1, &mean, &none);
    report->values(report->state, "latents", "dimension", 5, 2, s->latents, 0);
    report->values(report->state, "inputs", 0, 0, 1, &s->inputs, 0);
    report->values(report->state, "open", 0, 0, 1, &open, 0);
  }
  free(s);
  live--;
  return ICL_OK;
}
static const icl_metric metric = {.struct_size = sizeof(icl_metric), .needs = ICL_NEEDS_LATENTS | ICL_NEEDS_INPUTS,
                                  .begin = begin, .accumulate = accumulate, .finish = finish};
static int32_t nameless(void *accumulator, const icl_report *report, icl_error *error) {
  double value = 1;
  if (report) report->values(report->state, 0, 0, 0, 1, &value, 0);
  return finish(accumulator, 0, error);
}
static const icl_metric bad_metric = {.struct_size = sizeof(icl_metric), .begin = begin,
                                      .accumulate = accumulate, .finish = nameless};

/* Optimizers: steps with momentum 1/2, and one that drives. */
static int32_t step(void *instance, const icl_update *u, icl_error *error) {
  (void)instance;
  if (strcmp(u->name, "w") || u->rank != 2 || u->extents[1] != 2) {
    strcpy(error->message, "unexpected tensor");
    return ICL_INVALID;
  }
  for (uint64_t i = 0; i < u->count; i++) {
    if (u->element_type == ICL_F32) {
      float *m = u->state[0];
      m[i] = 0.5f * m[i] + ((const float *)u->gradients)[i];
      ((float *)u->parameters)[i] -= (float)u->learning_rate_scale * m[i];
    } else {
      double *m = u->state[0];
      m[i] = 0.5 * m[i] + ((const double *)u->gradients)[i];
      ((double *)u->parameters)[i] -= u->learning_rate_scale * m[i];
    }
  }
  return ICL_OK;
}
static const icl_optimizer stepper = {.struct_size = sizeof(icl_optimizer), .state_count = 1,
                                      .step = step};
static int32_t minimize(void *instance, const icl_objective *f, double *parameters,
                        icl_error *error) {
  (void)instance; (void)error;
  double gradient[16], value;
  for (int i = 0; i < 200; i++) {
    int32_t status = f->evaluate(f->state, parameters, &value, gradient);
    if (status != ICL_OK) return status;
    for (uint64_t k = 0; k < f->count; k++) parameters[k] -= 0.25 * gradient[k];
  }
  return f->evaluate(f->state, parameters, &value, 0);
}
static const icl_optimizer driver = {.struct_size = sizeof(icl_optimizer), .minimize = minimize};

/* Uses every service of the host: reports through a metric. */
typedef struct { const icl_parallel *parallel; double *squares; const icl_arena *arena; } service_state;
static void square(void *user, uint64_t i) { ((double *)user)[i] = (double)(i * i); }
static int32_t create_services(const icl_host *host, const icl_value *const *options,
                               uint32_t count, void **instance, icl_error *error) {
  (void)options; (void)count; (void)error;
  const icl_log *log = host->extension(host, ICL_EXTENSION_LOG);
  const icl_parallel *parallel = host->extension(host, ICL_EXTENSION_PARALLEL);
  const icl_arena *arena = host->extension(host, ICL_EXTENSION_ARENA);
  const icl_run *run = host->extension(host, ICL_EXTENSION_RUN);
  if (!log || !parallel || !arena || !run || host->extension(host, "icl.none/1") ||
      host->extension(host, 0))
    return ICL_VERSION;
  if (run->cancelled(host)) return ICL_CANCELLED;
  log->write(host, ICL_LOG_INFO, "services are here");
  run->progress(host, 0.5, "half");
  double *squares = arena->allocate(host, 1000 * sizeof(double));
  if (!squares || (uintptr_t)squares % 64) return ICL_OUT_OF_MEMORY;
  for (int i = 0; i < 1000; i++) if (squares[i] != 0) return ICL_FAILED;
  parallel->run(host, 1000, squares, square);
  for (int i = 0; i < 1000; i++) if (squares[i] != (double)i * i) return ICL_FAILED;
  void *other = arena->allocate(host, 1);
  arena->release(host, other);
  arena->release(host, error); /* not the arena's: left alone */
  *instance = squares;
  return ICL_OK;
}

#define COMPONENT(kind_, id_, create_, options_, count_, destroy_, interface_)                  \
  {.struct_size = sizeof(icl_component), .kind = kind_, .id = id_, .version = "1.2.0",          \
   .summary = "for tests", .options = options_, .option_count = count_, .create = create_,      \
   .destroy = destroy_, .interface = interface_}
static const icl_component components[] = {
    COMPONENT(ICL_TASK, "declared", create_task, task_options, 2, free, &declared),
    COMPONENT(ICL_TASK, "sampled", create_task, task_options, 2, free, &sampled),
    COMPONENT(ICL_MODEL, "last-label", create_nothing, 0, 0, 0, &predictor),
    COMPONENT(ICL_METRIC, "sums", create_nothing, 0, 0, 0, &metric),
    COMPONENT(ICL_METRIC, "nameless", create_nothing, 0, 0, 0, &bad_metric),
    COMPONENT(ICL_METRIC, "services", create_services, 0, 0, 0, &metric),
    COMPONENT(ICL_OPTIMIZER, "momentum", create_nothing, 0, 0, 0, &stepper),
    COMPONENT(ICL_OPTIMIZER, "driver", create_nothing, 0, 0, 0, &driver)};
static const icl_plugin plugin = {.struct_size = sizeof(icl_plugin), .name = "components",
                                  .version = "1.0.0", .license = "MIT",
                                  .components = components, .component_count = 8};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
  return &plugin;
}
