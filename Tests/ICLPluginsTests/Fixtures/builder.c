/* Models that use the graph in every wrong way, and some right ones: option "case" says which. */
#include <icl/icl.h>
#include <string.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host; (void)count; (void)error;
  static char cases[64][64];
  static int next;
  char *copy = cases[next++ % 64];
  strncpy(copy, options[0]->text, 63);
  *instance = copy;
  return ICL_OK;
}

static void destroy(void *instance) { strcpy(instance, "destroyed"); }

static const icl_graph *outer;
static icl_node outer_node, body_node;

static void body(void *user, const icl_graph *g, const icl_node *carry, const icl_node *slices,
                 const icl_node *shared, icl_node *next, icl_node *outputs) {
  const char *what = user;
  next[0] = icl_add(g, carry[0], icl_mul(g, slices[0], shared[0]));
  outputs[0] = icl_name(g, next[0], "running");
  body_node = next[0];
  if (!strcmp(what, "scan-outer-node")) outputs[0] = icl_add(g, outer_node, next[0]);
  if (!strcmp(what, "scan-outer-graph")) outputs[0] = icl_add(outer, outer_node, outer_node);
  if (!strcmp(what, "scan-parameter")) outputs[0] = icl_parameter(g, "p", icl_scalar(g, 1));
  if (!strcmp(what, "scan-input")) outputs[0] = icl_input(g, "x");
  if (!strcmp(what, "scan-no-output")) outputs[0] = 0;
  if (!strcmp(what, "scan-carry-shape")) next[0] = icl_scalar(g, 1);
  if (!strcmp(what, "scan-scope")) g->begin_scope(g->builder, "inner");
}

/* Sums of y_j x_j along the context, one row a position: [n + 1, d]. */
static icl_node run_scan(const icl_graph *g, const icl_signature *task, const char *what) {
  const uint64_t d = task->input_dimension, shape[1] = {d};
  icl_node zero = g->broadcast(g->builder, icl_scalar(g, 0), 1, shape);
  icl_node x = icl_input(g, "x"), two = icl_scalar(g, 2);
  outer = g;
  outer_node = x;
  icl_node results[2] = {99, 99};
  icl_scan scan = {.struct_size = sizeof scan, .carry_count = 1, .sequence_count = 1,
                   .shared_count = 1, .output_count = 1, .initial = &zero, .sequences = &x,
                   .shared = &two, .user = (void *)what, .body = body};
  if (!strcmp(what, "scan-no-body")) scan.body = 0;
  if (!strcmp(what, "scan-no-length")) scan.sequence_count = 0;
  if (!strcmp(what, "scan-too-long")) { scan.sequence_count = 0; scan.length = ~0ull; }
  if (!strcmp(what, "scan-truncated")) scan.struct_size = 8;
  if (!strcmp(what, "scan-reverse")) scan.reverse = 1;
  g->scan(g->builder, &scan, results);
  return results[1];
}

static int32_t twice(void *user, uint64_t count, const double *const *inputs, double *output) {
  /* Fails where it was asked to, or where its instance was destroyed. */
  if (user && strcmp(user, "custom-kept")) return 6;
  for (uint64_t i = 0; i < count * 12; i++) output[i] = 2 * inputs[0][i];
  return ICL_OK;
}

static icl_node custom(const icl_graph *g, const char *what, icl_node x) {
  static const uint64_t extents[2] = {4, 3};
  icl_custom c = {.struct_size = sizeof c, .rank = 2, .name = "twice", .extents = extents,
                  .forward_f64 = twice};
  if (!strcmp(what, "custom-no-forward")) c.forward_f64 = 0;
  if (!strcmp(what, "custom-no-name")) c.name = 0;
  if (!strcmp(what, "custom-fails") || !strcmp(what, "custom-kept")) c.user = (void *)what;
  return g->custom(g->builder, &c, 1, &x);
}

/* With n = 3, d = 3, one output, scored at every prefix: x [4, 3], y [3, 1], predictions [4, 1]. */
static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  const char *what = instance;
  icl_builder *b = g->builder;
#define CASE(name) if (!strcmp(what, name))
  icl_node x = icl_input(g, "x"), y = icl_input(g, "y");
  icl_node good = icl_sum_axis(g, x, 1);
  const uint64_t column[2] = {4, 1};
  good = g->reshape(b, good, 2, column);

  const uint64_t zero_extent[2] = {4, 0}, huge[2] = {1ull << 39, 4}, wide[1] = {~0ull};
  const uint64_t ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  const uint32_t axis9[1] = {9};
  const uint64_t far[2] = {9, 9}, zeros[2] = {0, 0}, max[2] = {~0ull, ~0ull};
  CASE("good") return good;
  CASE("wrong-result") return x;
  CASE("null-result") return 0;
  CASE("bad-result") return 4711;
  CASE("bad-node") return icl_add(g, good, 4711);
  CASE("null-node") return icl_add(g, good, 0);
  CASE("shapes") return icl_add(g, x, icl_input(g, "w-hint"));
  CASE("einsum-spec") return icl_einsum(g, "ij,jk", x, y);
  CASE("einsum-null") return icl_einsum(g, 0, x, y);
  CASE("einsum-lost") return icl_einsum(g, "ij,jk->ik", x, 0);
  CASE("einsum-shapes") return icl_einsum(g, "ij,jk->ik", y, x);
  CASE("unary-code") return icl_unary(g, 21, good);
  CASE("binary-code") return g->binary(b, 0, good, good);
  CASE("reduce-code") return g->reduce(b, 4, good, 0, 0, 0);
  CASE("reduce-axis") return g->reduce(b, ICL_SUM, good, 1, axis9, 0);
  CASE("reduce-null") return g->reduce(b, ICL_SUM, good, 1, 0, 0);
  CASE("reduce-many") return g->reduce(b, ICL_SUM, good, 4000000000u, axis9, 0);
  CASE("rank") return g->reshape(b, good, 9, ones);
  CASE("zero-extent") return g->reshape(b, good, 2, zero_extent);
  CASE("huge") return g->broadcast(b, good, 2, huge);
  CASE("wide") return g->broadcast(b, good, 1, wide);
  CASE("null-extents") return g->reshape(b, good, 2, 0);
  CASE("constant-null") return g->constant(b, 2, column, 0);
  CASE("constant-huge") { const uint64_t big[1] = {1ull << 30}; double v = 0; return g->constant(b, 1, big, &v); }
  CASE("transpose-null") return g->transpose(b, good, 0);
  CASE("transpose-bad") { const uint32_t p[2] = {0, 0}; return g->transpose(b, good, p); }
  CASE("slice-far") return g->slice(b, x, zeros, far, 0);
  CASE("slice-max") return g->slice(b, x, zeros, max, 0);
  CASE("slice-empty") return g->slice(b, x, zeros, zeros, 0);
  CASE("slice-stride") { const uint64_t one[2] = {4, 3}; return g->slice(b, x, zeros, one, zeros); }
  CASE("slice-axis") return icl_slice_axis(g, x, 7, 0, 1);
  CASE("concatenate-null") return g->concatenate(b, 2, 0, 0);
  CASE("concatenate-none") return g->concatenate(b, 0, 0, 0);
  CASE("pad-max") return g->pad(b, x, max, zeros, 0);
  CASE("softmax-axis") return g->softmax(b, x, 0, 4000000000u);
  CASE("gather-axis") return g->gather(b, x, good, 0);
  CASE("solve") return g->solve(b, x, y);
  CASE("cholesky") return g->cholesky(b, g->transpose(b, x, (const uint32_t[2]){1, 0}));
  CASE("cholesky-null") return g->cholesky(b, 0);
  CASE("fail") return g->fail(b, "the dimension must be even");
  CASE("fail-null") return g->fail(b, 0);
  CASE("masked-error") { icl_add(g, good, 4711); return good; }
  CASE("first-counts") { icl_unary(g, 99, good); icl_einsum(g, "?", x, y); return good; }
  CASE("after-error") {
    uint64_t extents[8];
    icl_node bad = icl_unary(g, 99, good);
    icl_node more = icl_add(g, bad, good);
    return bad == 0 && more == 0 && g->shape(b, good, extents) == 0 ? 0 : good;
  }
  CASE("read-target") return icl_input(g, "target");
  CASE("read-latent") return icl_input(g, "w");
  CASE("read-typo") return icl_input(g, "xx");
  CASE("read-null") return icl_input(g, 0);
  CASE("read-latin1") return icl_input(g, "\xe9");
  CASE("draw") return icl_prompt_normal(g, "noise", 2, column);
  CASE("draw-kind") return g->random(b, 9, ICL_PER_RUN, "a", 2, column);
  CASE("draw-scope") return g->random(b, ICL_NORMAL, 2, "a", 2, column);
  CASE("draw-null") return icl_normal(g, 0, 2, column);
  CASE("parameter-batched") return icl_parameter(g, "p", good);
  CASE("parameter-twice") {
    icl_parameter(g, "p", icl_scalar(g, 1));
    return icl_parameter(g, "p", icl_scalar(g, 2));
  }
  CASE("parameter-null") return icl_parameter(g, 0, icl_scalar(g, 1));
  CASE("name-twice") { icl_name(g, x, "a"); icl_name(g, y, "a"); return good; }
  CASE("output") { g->output(b, "x", x); return good; }
  CASE("scopes") {
    g->begin_scope(b, "layers");
    g->begin_scope(b, "0");
    icl_node p = icl_parameter(g, "key", icl_normal(g, "key", 0, 0));
    icl_name(g, good, "scores");
    g->end_scope(b);
    g->end_scope(b);
    return icl_mul(g, p, good);
  }
  CASE("scope-path") {
    g->begin_scope(b, "layers");
    g->begin_scope(b, "1");
    return icl_einsum(g, "ij,jk->ik", y, x);
  }
  CASE("scope-open") { g->begin_scope(b, "layers"); return good; }
  CASE("scope-close") { g->end_scope(b); return good; }
  CASE("scope-null") { g->begin_scope(b, 0); return good; }
  CASE("error-field") { error->code = ICL_UNSUPPORTED; strcpy(error->message, "not causal"); return 0; }
  CASE("shape") {
    uint64_t extents[8] = {0};
    if (g->shape(b, x, extents) != 2 || extents[0] != 4 || extents[1] != 3 ||
        g->shape(b, 0, extents) != 0)
      return 0;
    return good;
  }
  CASE("body-node-outside") { run_scan(g, task, what); return icl_add(g, body_node, good); }
  CASE("flush") { __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040); return good; }
  if (!strncmp(what, "scan", 4)) {
    return g->reshape(b, icl_sum_axis(g, run_scan(g, task, what), 1), 2, column);
  }
  if (!strncmp(what, "custom", 6)) {
    return g->reshape(b, icl_sum_axis(g, custom(g, what, x), 1), 2, column);
  }
  return good;
}

static const icl_option options[] = {{.struct_size = sizeof(icl_option), .type = ICL_TEXT,
                                      .name = "case", .default_text = "good",
                                      .summary = "what to do"}};
static const icl_model model = {.struct_size = sizeof(icl_model), .build = build};
static const icl_component components[] = {
    {.struct_size = sizeof(icl_component), .kind = ICL_MODEL, .id = "builder",
     .version = "1.0.0", .summary = "uses the graph", .options = options, .option_count = 1,
     .create = create, .destroy = destroy, .interface = &model}};
static const icl_plugin plugin = {.struct_size = sizeof(icl_plugin), .name = "builder",
                                  .version = "1.0.0", .license = "Apache-2.0",
                                  .components = components, .component_count = 1};
ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest,
                                           uint32_t highest, icl_error *error) {
  (void)host; (void)lowest; (void)highest; (void)error;
  return &plugin;
}
