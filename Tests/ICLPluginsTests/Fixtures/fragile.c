/* One component of each kind that works, until FRAGILE=fault:function:number in the environment
 * lets call number of the function crash, hang, leave, or write where it should not. */
#define _GNU_SOURCE
#include <icl/icl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void scribble(void) {
  /* All that this process may write: the memory that it shares, above all. */
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[512];
  while (fgets(line, sizeof line, maps)) {
    unsigned long start, end;
    if (strstr(line, "icl-worker (deleted)") && strstr(line, "rw-s") &&
        sscanf(line, "%lx-%lx", &start, &end) == 2) {
      memset((void *)start, 0xa5, 1 << 20);
    }
  }
  fclose(maps);
}

static void reached(const char *function) {
  static _Atomic int calls;
  const char *wish = getenv("FRAGILE");
  char fault[32], where[32];
  int number;
  if (!wish || sscanf(wish, "%31[^:]:%31[^:]:%d", fault, where, &number) != 3) return;
  if (strcmp(where, function) != 0) return;
  if (++calls != number) return;
  if (strcmp(fault, "segfault") == 0) *(volatile int *)0x1234 = 1;
  if (strcmp(fault, "overflow") == 0) {
    struct { char bytes[1 << 16]; } *volatile deep = alloca(64 << 20);
    for (int k = 1023; k >= 0; k--) deep[k].bytes[0] = 1;
  }
  if (strcmp(fault, "abort") == 0) abort();
  if (strcmp(fault, "exit") == 0) exit(3);
  if (strcmp(fault, "hang") == 0) for (;;) pause();
  if (strcmp(fault, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(fault, "scribble") == 0) { scribble(); for (;;) pause(); }
  if (strcmp(fault, "print") == 0) { printf("out\n"); fprintf(stderr, "an error\nunfinished"); }
}

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host; (void)options; (void)count; (void)error;
  reached("create");
  *instance = malloc(1);
  return ICL_OK;
}

/* The cube, elementwise, with a pullback; both precisions. */
#define CUBE(T, S)                                                                              \
  static int32_t forward_##S(void *user, uint64_t count, const T *const *in, T *out) {          \
    const uint64_t n = count * *(uint64_t *)user;                                               \
    reached("forward");                                                                         \
    for (uint64_t k = 0; k < n; k++) out[k] = in[0][k] * in[0][k] * in[0][k];                   \
    return ICL_OK;                                                                              \
  }                                                                                             \
  static int32_t pullback_##S(void *user, uint64_t count, const T *const *in, const T *out,     \
                              const T *slope, T *const *gradients) {                            \
    const uint64_t n = count * *(uint64_t *)user;                                               \
    (void)out;                                                                                  \
    reached("pullback");                                                                        \
    for (uint64_t k = 0; k < n; k++) gradients[0][k] = 3 * in[0][k] * in[0][k] * slope[k];      \
    return ICL_OK;                                                                              \
  }
CUBE(double, f64)
CUBE(float, f32)

static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)instance; (void)error;
  reached("build");
  static uint64_t elements;
  const uint64_t n = task->context_length, d = task->input_dimension, matrix[2] = {d, d};
  icl_node x = icl_input(g, "x"), y = icl_input(g, "y");
  icl_node m = icl_parameter(g, "M", icl_scale(g, 0.3, icl_normal(g, "M", 2, matrix)));
  icl_node context = icl_slice_axis(g, x, 0, 0, n), query = icl_slice_axis(g, x, 0, n, n + 1);
  icl_node scores = icl_einsum(g, "qi,ni->qn", icl_einsum(g, "ij,qj->qi", m, query), context);
  const uint64_t extents[2] = {1, n};
  elements = n;
  const icl_custom cube = {.struct_size = sizeof cube, .rank = 2, .name = "cube",
                           .extents = extents, .user = &elements,
                           .forward_f64 = forward_f64, .pullback_f64 = pullback_f64,
                           .forward_f32 = forward_f32, .pullback_f32 = pullback_f32};
  icl_node bent = g->custom(g->builder, &cube, 1, &scores);
  icl_node mixed = icl_add(g, scores, icl_scale(g, 0.01, bent));
  return icl_scale(g, 1.0 / (double)n, icl_einsum(g, "qn,no->qo", mixed, y));
}
static const icl_model bent_model = {.struct_size = sizeof(icl_model), .build = build};

/* The mean of the labels. */
static int32_t predict(void *instance, const icl_signature *task, uint64_t count,
                       const double *const *inputs, double *predictions, icl_error *error) {
  (void)instance; (void)error;
  reached("predict");
  const uint64_t n = task->context_length;
  for (uint64_t p = 0; p < count; p++) {
    predictions[p] = 0;
    for (uint64_t k = 0; k < n; k++) predictions[p] += inputs[1][p * n + k] / (double)n;
  }
  return ICL_OK;
}
static const icl_model predictor = {.struct_size = sizeof(icl_model), .predict = predict};

/* y = w . x, drawn by itself; N = 6, two dimensions. */
enum { N = 6, D = 2 };
static int32_t signature(void *instance, icl_signature *s, icl_error *error) {
  (void)instance; (void)error;
  static const icl_tensor_spec x = {sizeof x, ICL_ROLE_INPUT, "x", 2, 0, {N + 1, D}},
                               y = {sizeof y, ICL_ROLE_INPUT, "y", 2, 0, {N, 1}},
                               target = {sizeof target, ICL_ROLE_TARGET, "target", 2, 0, {1, 1}},
                               w = {sizeof w, ICL_ROLE_LATENT, "w", 1, 0, {D}};
  static const icl_tensor_spec *const tensors[] = {&x, &y, &target, &w};
  reached("signature");
  s->scoring = ICL_SCORED_AT_QUERY;
  s->context_length = N;
  s->input_dimension = D;
  s->output_dimension = 1;
  s->positions = 1;
  s->tensors = tensors;
  s->tensor_count = 4;
  return ICL_OK;
}
static int32_t sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                      double *const *t, icl_error *error) {
  (void)instance; (void)error;
  reached("sample");
  for (uint64_t p = 0; p < count; p++) {
    double *x = t[0] + p * (N + 1) * D, *w = t[3] + p * D;
    draw->normal(draw->state, "x", first + p, (N + 1) * D, x);
    /* Not every prompt draws as many, so that what was drawn ahead is not always right. */
    draw->uniform(draw->state, "w", first + p, p % 5 == 3 ? 1 : D, w);
    if (p % 5 == 3) w[1] = -w[0];
    for (uint64_t j = 0; j <= N; j++) {
      const double value = x[D * j] * w[0] + x[D * j + 1] * w[1];
      if (j < N) t[1][p * N + j] = value; else t[2][p] = value;
    }
  }
  return ICL_OK;
}
static const icl_task sampled = {.struct_size = sizeof(icl_task), .signature = signature,
                                 .sample = sample};

/* Momentum 0.9, so there is a state. */
#define MOVE(T)                                                                                 \
  do {                                                                                          \
    T *p = u->parameters, *v = u->state[0];                                                     \
    const T *g = u->gradients;                                                                  \
    for (uint64_t k = 0; k < u->count; k++) {                                                   \
      v[k] = (T)0.9 * v[k] + g[k];                                                              \
      p[k] -= (T)(0.01 * u->learning_rate_scale) * v[k];                                        \
    }                                                                                           \
  } while (0)
static int32_t step(void *instance, const icl_update *u, icl_error *error) {
  (void)instance; (void)error;
  reached("step");
  if (u->element_type == ICL_F32) MOVE(float); else MOVE(double);
  return ICL_OK;
}
static const icl_optimizer optimizer = {.struct_size = sizeof(icl_optimizer), .state_count = 1,
                                        .step = step};

static int32_t begin(void *instance, const icl_signature *task, void **accumulator,
                     icl_error *error) {
  (void)instance; (void)task; (void)error;
  reached("begin");
  *accumulator = calloc(2, sizeof(double));
  return ICL_OK;
}
static int32_t accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  (void)error;
  double *sums = accumulator;
  reached("accumulate");
  for (uint64_t p = 0; p < chunk->count; p++) {
    sums[0] += chunk->predictions[p] * chunk->targets[p];
    sums[1] += 1;
  }
  return ICL_OK;
}
static int32_t finish(void *accumulator, const icl_report *report, icl_error *error) {
  (void)error;
  double *sums = accumulator;
  reached("finish");
  if (report) {
    const double mean = sums[0] / sums[1], pair[2] = {mean, -mean}, table[4] = {1, 2, 3, mean};
    const uint64_t extents[2] = {2, 2};
    const char *const axes[2] = {"row", "column"};
    report->values(report->state, "product", NULL, 0, 1, &mean, NULL);
    report->values(report->state, "pair", "sign", 3, 2, pair, pair);
    report->tensor(report->state, "table", 2, extents, axes, table, NULL);
  }
  free(sums);
  return ICL_OK;
}
static const icl_metric metric = {.struct_size = sizeof(icl_metric),
                                  .needs = ICL_NEEDS_PREDICTIONS, .begin = begin,
                                  .accumulate = accumulate, .finish = finish};

#define COMPONENT(KIND, ID, TABLE)                                                              \
  {.struct_size = sizeof(icl_component), .kind = KIND, .id = ID, .version = "1.0.0",            \
   .summary = "works until it is told not to", .create = create, .destroy = free,               \
   .interface = &TABLE}
static const icl_component components[] = {
    COMPONENT(ICL_MODEL, "bent", bent_model), COMPONENT(ICL_MODEL, "mean-label", predictor),
    COMPONENT(ICL_TASK, "sampled", sampled), COMPONENT(ICL_OPTIMIZER, "rolling", optimizer),
    COMPONENT(ICL_METRIC, "product", metric)};
static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "fragile",
                                  .version = "1.0.0", .license = "Apache-2.0",
                                  .components = components, .component_count = 5};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                           uint32_t highest_minor, icl_error *error) {
  (void)host; (void)lowest_minor; (void)highest_minor; (void)error;
  reached("entry");
  return &plugin;
}
