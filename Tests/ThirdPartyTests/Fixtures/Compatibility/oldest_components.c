/* The oldest host drives components: N = 4 pairs of dimension 3, scored at the query. */
#include "oldest_host.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 4, D = 3, PROMPTS = 5 };

static icl_error *new_error(void) {
  icl_error *error = guarded(sizeof *error);
  error->struct_size = sizeof *error;
  return error;
}

static icl_tensor_spec *spec(const char *name, uint32_t role, uint64_t rows, uint64_t columns) {
  icl_tensor_spec *s = guarded(sizeof *s);
  *s = (icl_tensor_spec){.struct_size = sizeof *s, .role = role, .name = name, .rank = 2,
                         .extents = {rows, columns}};
  return s;
}

static const icl_signature *regression(void) {
  static icl_signature *s;
  if (s) return s;
  const icl_tensor_spec **tensors = guarded(3 * sizeof *tensors);
  tensors[0] = spec("x", ICL_ROLE_INPUT, N + 1, D);
  tensors[1] = spec("y", ICL_ROLE_INPUT, N, 1);
  tensors[2] = spec("target", ICL_ROLE_TARGET, 1, 1);
  icl_property *properties = guarded(2 * sizeof *properties);
  properties[0] = (icl_property){"noise-variance", 0.25};
  properties[1] = (icl_property){"prior-variance", 1};
  s = guarded(sizeof *s);
  *s = (icl_signature){.struct_size = sizeof *s, .scoring = ICL_SCORED_AT_QUERY,
                       .context_length = N, .input_dimension = D, .output_dimension = 1,
                       .positions = 1, .tensors = tensors, .tensor_count = 3,
                       .property_count = 2, .properties = properties};
  return s;
}

static void *made(const icl_host *host, const icl_component *c, char *sentence) {
  void *instance = NULL;
  icl_error *error = new_error();
  if (c->create(host, default_values(c), c->option_count, &instance, error) == ICL_OK)
    return instance;
  sprintf(sentence, "refused: %s", error->message);
  return NULL;
}

static void destroy(const icl_component *c, void *instance) {
  if (c->destroy) c->destroy(instance);
}

static double *numbers(uint64_t count) {
  double *values = guarded(count * sizeof *values);
  for (uint64_t i = 0; i < count; i++) values[i] = sin(1.0 + (double)i);
  return values;
}

void drive_model(const icl_host *host, const icl_component *c, char *sentence) {
  const icl_model *model = c->interface;
  void *instance = made(host, c, sentence);
  if (sentence[0]) return;
  icl_error *error = new_error();
  if (model->build) {
    struct icl_builder builder = {.signature = regression()};
    const icl_node node = model->build(instance, new_graph(&builder), regression(), error);
    uint64_t extents[ICL_MAX_RANK];
    const uint32_t rank = shape_of(&builder, node, extents);
    const char *why = builder.error[0] ? builder.error : error->message;
    if (!node) sprintf(sentence, "refused: %s", why[0] ? why : "no node and no reason");
    else if (rank != 2 || extents[0] != 1 || extents[1] != 1) sprintf(sentence, "built for another task");
    else sprintf(sentence, "built, %llu parameters", (unsigned long long)builder.parameters);
  } else {
    const double **inputs = guarded(2 * sizeof *inputs);
    inputs[0] = numbers(PROMPTS * (N + 1) * D);
    inputs[1] = numbers(PROMPTS * N);
    double *predictions = numbers(PROMPTS);
    predictions[PROMPTS - 1] = NAN;
    if (model->predict(instance, regression(), PROMPTS, inputs, predictions, error))
      sprintf(sentence, "refused: %s", error->message);
    else if (isnan(predictions[PROMPTS - 1])) give_up(c->id, "it left a prediction out");
    else sprintf(sentence, "predicted");
  }
  destroy(c, instance);
}

static void draw_numbers(void *state, const char *stream, uint64_t prompt, uint64_t count,
                         double *values) {
  (void)state; (void)stream;
  for (uint64_t i = 0; i < count; i++) values[i] = fabs(sin(1.0 + (double)(prompt * 31 + i)));
}

void drive_task(const icl_host *host, const icl_component *c, char *sentence) {
  const icl_task *task = c->interface;
  void *instance = made(host, c, sentence);
  if (sentence[0]) return;
  icl_error *error = new_error();
  icl_signature *s = guarded(sizeof *s);
  s->struct_size = sizeof *s;
  if (task->signature(instance, s, error)) give_up(c->id, error->message);
  struct icl_builder builder = {.signature = task->declare ? NULL : s};
  const icl_graph *graph = new_graph(&builder);
  if (task->declare) {
    if (task->declare(instance, graph, error)) give_up(c->id, error->message);
    if (builder.outputs != s->tensor_count) give_up(c->id, "a tensor is not declared");
  } else {
    icl_draw *draw = guarded(sizeof *draw);
    *draw = (icl_draw){sizeof *draw, 0, NULL, draw_numbers, draw_numbers};
    double **tensors = guarded(s->tensor_count * sizeof *tensors);
    for (uint32_t i = 0; i < s->tensor_count; i++) {
      uint64_t count = PROMPTS;
      for (uint32_t k = 0; k < s->tensors[i]->rank; k++) count *= s->tensors[i]->extents[k];
      tensors[i] = numbers(count);
    }
    if (task->sample(instance, draw, 7, PROMPTS, tensors, error)) give_up(c->id, error->message);
  }
  const uint64_t target[2] = {s->positions, s->output_dimension};
  const icl_node predictions = add_input(&builder, "predictions", 2, target);
  if (task->loss && !task->loss(instance, graph, predictions, error))
    give_up(c->id, builder.error[0] ? builder.error : error->message);
  if (task->oracle && !task->oracle(instance, graph, error) && builder.error[0])
    give_up(c->id, builder.error);
  sprintf(sentence, "declared %u tensors", s->tensor_count);
  destroy(c, instance);
}

static void report_values(void *state, const char *name, const char *axis, int64_t first,
                          uint64_t count, const double *values, const double *errors) {
  (void)name; (void)axis; (void)first; (void)count; (void)values; (void)errors;
  ++*(int *)state;
}
static void report_tensor(void *state, const char *name, uint32_t rank, const uint64_t *extents,
                          const char *const *axes, const double *values, const double *errors) {
  (void)name; (void)rank; (void)extents; (void)axes; (void)values; (void)errors;
  ++*(int *)state;
}

void drive_metric(const icl_host *host, const icl_component *c, char *sentence) {
  const icl_metric *metric = c->interface;
  void *instance = made(host, c, sentence), *accumulator = NULL;
  if (sentence[0]) return;
  icl_error *error = new_error();
  /* Latents, parameters and the start are a run's; those metrics are only made. */
  const uint32_t here = ICL_NEEDS_PREDICTIONS | ICL_NEEDS_ORACLE | ICL_NEEDS_INPUTS;
  if (metric->needs & ~here) {
    destroy(c, instance);
    sprintf(sentence, "made");
    return;
  }
  struct icl_builder builder = {.signature = regression()};
  const icl_graph *graph = new_graph(&builder);
  const uint64_t target[2] = {1, 1};
  add_input(&builder, "predictions", 2, target);
  add_input(&builder, "losses", 1, target);
  if (metric->declare && metric->declare(instance, graph, regression(), error)) {
    sprintf(sentence, "refused: %s", error->message);
    return;
  }
  if (builder.error[0]) {
    sprintf(sentence, "refused: %s", builder.error);
    return;
  }
  if (builder.outputs) { /* Values of every prompt are a run's. */
    destroy(c, instance);
    sprintf(sentence, "declared %llu values", (unsigned long long)builder.outputs);
    return;
  }
  if (metric->begin(instance, regression(), &accumulator, error)) {
    sprintf(sentence, "refused: %s", error->message);
    return;
  }
  icl_named_values *inputs = guarded(2 * sizeof *inputs);
  inputs[0] = (icl_named_values){"x", numbers(PROMPTS * (N + 1) * D), (N + 1) * D};
  inputs[1] = (icl_named_values){"y", numbers(PROMPTS * N), N};
  icl_chunk *chunk = guarded(sizeof *chunk);
  *chunk = (icl_chunk){.struct_size = sizeof *chunk, .count = PROMPTS,
                       .predictions = numbers(PROMPTS), .targets = numbers(PROMPTS),
                       .losses = numbers(PROMPTS), .oracle_losses = numbers(PROMPTS),
                       .inputs = inputs, .input_count = 2};
  icl_snapshot *snapshot = guarded(sizeof *snapshot);
  *snapshot = (icl_snapshot){.struct_size = sizeof *snapshot, .step = 10, .steps = 10};
  if (metric->observe && metric->observe(accumulator, snapshot, error)) {
    sprintf(sentence, "refused: %s", error->message);
    metric->finish(accumulator, NULL, error);
    destroy(c, instance);
    return;
  }
  if (metric->accumulate(accumulator, chunk, error)) give_up(c->id, error->message);
  int reports = 0;
  icl_report *report = guarded(sizeof *report);
  *report = (icl_report){sizeof *report, 0, &reports, report_values, report_tensor};
  if (metric->finish(accumulator, report, error)) give_up(c->id, error->message);
  sprintf(sentence, "reported %d", reports);
  destroy(c, instance);
}

static int32_t bowl(void *state, const double *parameters, double *loss, double *gradient) {
  (void)state;
  *loss = 0;
  for (int i = 0; i < D; i++) {
    gradient[i] = 2 * (parameters[i] - i);
    *loss += (parameters[i] - i) * (parameters[i] - i);
  }
  return ICL_OK;
}

void drive_optimizer(const icl_host *host, const icl_component *c, char *sentence) {
  const icl_optimizer *optimizer = c->interface;
  void *instance = made(host, c, sentence);
  if (sentence[0]) return;
  icl_error *error = new_error();
  double *parameters = numbers(D);
  const double start = parameters[0];
  if (optimizer->step) {
    void **state = guarded((optimizer->state_count + 1) * sizeof *state);
    for (uint32_t i = 0; i < optimizer->state_count; i++) state[i] = guarded(D * sizeof(double));
    const uint64_t extents[1] = {D};
    icl_update *update = guarded(sizeof *update);
    *update = (icl_update){.struct_size = sizeof *update, .element_type = ICL_F64, .step = 1,
                           .learning_rate_scale = 1, .count = D, .parameters = parameters,
                           .gradients = numbers(D), .state = state, .name = "weights",
                           .extents = extents, .rank = 1};
    if (optimizer->step(instance, update, error)) give_up(c->id, error->message);
  } else {
    icl_objective *objective = guarded(sizeof *objective);
    *objective = (icl_objective){sizeof *objective, 0, NULL, D, bowl};
    if (optimizer->minimize(instance, objective, parameters, error))
      give_up(c->id, error->message);
  }
  if (parameters[0] == start) give_up(c->id, "it moved nothing");
  sprintf(sentence, "moved");
  destroy(c, instance);
}
