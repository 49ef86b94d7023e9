/* One step of gradient descent from zero: the prediction for a query x_q is
 * rate / N sum_j y_j (x_j . x_q), with a trained rate. */
#include <icl/icl.h>
#include <stdlib.h>

struct my_component {
  double initial_rate;
};

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host, (void)count, (void)error;
  struct my_component *model = malloc(sizeof *model);
  if (!model) return ICL_OUT_OF_MEMORY;
  model->initial_rate = options[0]->real; /* in the order of the table below */
  *instance = model;
  return ICL_OK;
}

static icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
                      icl_error *error) {
  (void)error;
  const struct my_component *model = instance;
  const uint64_t n = task->context_length, rows = task->positions;
  icl_node x = icl_input(g, "x"); /* [n + 1, d], the last row is the query */
  icl_node y = icl_input(g, "y"); /* [n, outputs] */
  icl_node rate = icl_parameter(g, "rate", icl_scalar(g, model->initial_rate));

  /* Scored at every prefix, row k sees the pairs before it; at the query, all. */
  double *seen = malloc(sizeof *seen * (rows * n + 1));
  if (!seen) return g->fail(g->builder, "no memory for the mask");
  for (uint64_t row = 0; row < rows; row++)
    for (uint64_t pair = 0; pair < n; pair++) seen[row * n + pair] = pair < n + 1 - rows + row;
  icl_node mask = g->constant(g->builder, 2, (const uint64_t[]){rows, n}, seen);
  free(seen);

  icl_node queries = icl_slice_axis(g, x, 0, n + 1 - rows, n + 1);
  icl_node context = icl_slice_axis(g, x, 0, 0, n);
  icl_node scores = icl_einsum(g, "qd,nd->qn", queries, context);
  icl_node sum = icl_einsum(g, "qn,no->qo", icl_mul(g, scores, mask), y);
  return icl_scale(g, 1.0 / (double)(n ? n : 1), icl_mul(g, rate, sum));
}

static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "initial-rate",
     .default_text = "0.1", .summary = "the rate before training", .maximum = 10}};

static const icl_model interface = {.struct_size = sizeof interface, .build = build};

#define MY_KIND ICL_MODEL
#define MY_SUMMARY "one step of gradient descent, with a trained rate"
#include "plugin.inc"
