/* Regression on few inputs: y = w . x + noise, where each entry of w is normal with probability
 * `density`, else 0. */
#include <icl/icl.h>
#include <math.h>
#include <stdlib.h>

struct my_component {
  uint64_t dimension, context_length;
  double noise_variance, density;
  icl_tensor_spec specs[4];
  const icl_tensor_spec *tensors[4];
  icl_property properties[1];
};

static icl_tensor_spec matrix(const char *name, uint32_t role, uint64_t rows, uint64_t columns) {
  return (icl_tensor_spec){.struct_size = sizeof(icl_tensor_spec), .role = role, .name = name,
                           .rank = 2, .extents = {rows, columns}};
}

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host, (void)count, (void)error;
  struct my_component *task = calloc(1, sizeof *task);
  if (!task) return ICL_OUT_OF_MEMORY;
  task->dimension = (uint64_t)options[0]->integer; /* in the order of the table below */
  task->context_length = (uint64_t)options[1]->integer;
  task->noise_variance = options[2]->real;
  task->density = options[3]->real;
  task->specs[0] = matrix("x", ICL_ROLE_INPUT, task->context_length + 1, task->dimension);
  task->specs[1] = matrix("y", ICL_ROLE_INPUT, task->context_length, 1);
  task->specs[2] = matrix("target", ICL_ROLE_TARGET, 1, 1);
  task->specs[3] = matrix("w", ICL_ROLE_LATENT, task->dimension, 1);
  for (int i = 0; i < 4; i++) task->tensors[i] = &task->specs[i];
  task->properties[0] = (icl_property){"noise-variance", task->noise_variance};
  *instance = task;
  return ICL_OK;
}

static int32_t signature(void *instance, icl_signature *signature, icl_error *error) {
  (void)error;
  const struct my_component *task = instance;
  signature->scoring = ICL_SCORED_AT_QUERY;
  signature->context_length = task->context_length;
  signature->input_dimension = task->dimension;
  signature->output_dimension = 1;
  signature->positions = 1;
  signature->tensors = task->tensors;
  signature->tensor_count = 4;
  signature->properties = task->properties;
  signature->property_count = 1;
  return ICL_OK;
}

static int32_t declare(void *instance, const icl_graph *g, icl_error *error) {
  (void)error;
  const struct my_component *task = instance;
  const uint64_t n = task->context_length, d = task->dimension;
  icl_node x = icl_prompt_normal(g, "x", 2, (const uint64_t[]){n + 1, d});
  icl_node coin = g->random(g->builder, ICL_UNIFORM, ICL_PER_PROMPT, "coin", 2,
                            (const uint64_t[]){d, 1});
  icl_node kept = g->binary(g->builder, ICL_LESS, coin, icl_scalar(g, task->density));
  icl_node w = icl_mul(g, kept, icl_prompt_normal(g, "w", 2, (const uint64_t[]){d, 1}));
  icl_node noise = icl_prompt_normal(g, "noise", 2, (const uint64_t[]){n + 1, 1});
  icl_node labels = icl_add(g, icl_einsum(g, "nd,do->no", x, w),
                            icl_scale(g, sqrt(task->noise_variance), noise));
  g->output(g->builder, "x", x);
  g->output(g->builder, "y", icl_slice_axis(g, labels, 0, 0, n));
  g->output(g->builder, "target", icl_slice_axis(g, labels, 0, n, n + 1));
  g->output(g->builder, "w", w);
  return ICL_OK;
}

static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_INTEGER, .name = "dimension",
     .default_text = "8", .summary = "dimension of the inputs", .minimum = 1, .maximum = 1024},
    {.struct_size = sizeof(icl_option), .type = ICL_INTEGER, .name = "context-length",
     .default_text = "16", .summary = "pairs in the context", .minimum = 1, .maximum = 4096},
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "noise-variance",
     .default_text = "0.25", .summary = "variance of the labels' noise", .maximum = 1e6},
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "density",
     .default_text = "0.25", .summary = "probability that an entry of w is not 0", .maximum = 1}};

static const icl_task interface = {
    .struct_size = sizeof interface, .signature = signature, .declare = declare};

#define MY_KIND ICL_TASK
#define MY_SUMMARY "linear regression with few relevant inputs"
#include "plugin.inc"
