/* One head of linear attention, merged key and query, scored at the query or at every prefix.
 * The same model as Plugins/Models/LinearAttention with its default options. */
#include <icl/icl.h>
#include <stdlib.h>

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host; (void)count; (void)error;
  double *scale = malloc(sizeof *scale);
  if (!scale) return ICL_OUT_OF_MEMORY;
  *scale = options[0]->real;
  *instance = scale;
  return ICL_OK;
}

/* rows [row_count, width]: 1 in the columns first ..< last, else 0. */
static icl_node column_mask(const icl_graph *g, uint64_t width, uint64_t first, uint64_t last) {
  double values[64] = {0};
  if (width > 64) return g->fail(g->builder, "this fixture takes up to 63 dimensions");
  for (uint64_t i = first; i < last; i++) values[i] = 1.0;
  return g->constant(g->builder, 1, &width, values);
}

static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)error;
  const double scale = *(const double *)instance;
  const uint64_t n = task->context_length, d = task->input_dimension, width = d + 1;
  const uint64_t positions = task->positions;
  const int causal = task->scoring == ICL_SCORED_AT_EVERY_PREFIX;
  const uint64_t value_shape[2] = {1, width}, key_shape[3] = {1, width, d};
  const uint64_t column[2] = {width, 1};
  if (task->output_dimension != 1) return g->fail(g->builder, "one output only");

  icl_node inputs = column_mask(g, width, 0, d), label = column_mask(g, width, d, width);
  icl_node value = icl_parameter(
      g, "heads.value",
      icl_mul(g, icl_scale(g, scale, icl_normal(g, "heads.value", 2, value_shape)), label));
  icl_node key_query = icl_parameter(
      g, "heads.key-query",
      icl_mul(g, icl_scale(g, scale, icl_normal(g, "heads.key-query", 3, key_shape)),
              g->reshape(g->builder, inputs, 2, column)));

  icl_node x = icl_input(g, "x"), y = icl_input(g, "y");
  icl_node pair[2] = {icl_slice_axis(g, x, 0, 0, n), y};
  icl_node context = g->concatenate(g->builder, 2, pair, 1);                  /* [n, d + 1] */
  icl_node queries = icl_slice_axis(g, x, 0, n + 1 - positions, n + 1);       /* [p, d]     */
  const uint64_t none[2] = {0, 0}, one_column[2] = {0, 1};
  icl_node own = g->pad(g->builder, queries, none, one_column, 0.0);          /* [p, d + 1] */

  icl_node asked = icl_einsum(g, "hec,pc->hpe", key_query, queries);
  icl_node scores = icl_einsum(g, "hpe,je->hpj", asked, context);
  double *mask = calloc(positions * (n ? n : 1), sizeof *mask);
  double *pairs = calloc(positions, sizeof *pairs);
  if (!mask || !pairs) {
    free(mask); free(pairs);
    return g->fail(g->builder, "no memory");
  }
  for (uint64_t p = 0; p < positions; p++) {
    pairs[p] = (double)(causal ? (p > 0 ? p : 1) : (n > 0 ? n : 1));
    for (uint64_t j = 0; j < n; j++) mask[p * n + j] = !causal || j < p;
  }
  const uint64_t mask_shape[2] = {positions, n}, pairs_shape[2] = {positions, 1};
  scores = icl_mul(g, scores, g->constant(g->builder, 2, mask_shape, mask));
  icl_node divisor = g->constant(g->builder, 2, pairs_shape, pairs);
  free(mask); free(pairs);

  icl_node values = icl_einsum(g, "he,je->hj", value, context);
  icl_node sum = icl_einsum(g, "hpj,hj->p", scores, values);
  icl_node own_scores = icl_einsum(g, "hpe,pe->hp", asked, own);
  icl_node own_values = icl_einsum(g, "he,pe->hp", value, own);
  sum = icl_add(g, sum, icl_einsum(g, "hp,hp->p", own_scores, own_values));
  return icl_div(g, g->reshape(g->builder, sum, 2, pairs_shape), divisor);
}

static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "initial-scale",
     .default_text = "0.1", .summary = "standard deviation of the initial weights",
     .minimum = 0.0, .maximum = 10.0}};

static const icl_model model = {.struct_size = sizeof(icl_model), .build = build};

static const icl_component components[] = {
    {.struct_size = sizeof(icl_component), .kind = ICL_MODEL, .id = "c-attention",
     .version = "1.0.0", .summary = "linear attention in C", .options = options,
     .option_count = 1, .create = create, .destroy = free, .interface = &model}};

static const icl_plugin plugin = {
    .struct_size = sizeof(icl_plugin), .abi_minor = 0, .name = "c-attention",
    .version = "1.0.0", .license = "Apache-2.0", .components = components,
    .component_count = 1};

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                           uint32_t highest_minor, icl_error *error) {
  (void)host; (void)lowest_minor; (void)highest_minor; (void)error;
  return &plugin;
}
