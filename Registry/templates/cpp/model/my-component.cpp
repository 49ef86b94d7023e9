// One step of gradient descent from zero: the prediction for a query x_q is
// rate / N sum_j y_j (x_j . x_q), with a trained rate.
#include "plugin.hpp"

#include <algorithm>
#include <vector>

namespace {

struct MyComponent {
  double initialRate;

  explicit MyComponent(const icl_value *const *options) : initialRate(options[0]->real) {}

  icl_node build(const icl_graph *g, const icl_signature *task) const {
    const uint64_t n = task->context_length, rows = task->positions;
    const icl_node x = icl_input(g, "x");  // [n + 1, d], the last row is the query
    const icl_node y = icl_input(g, "y");  // [n, outputs]
    const icl_node rate = icl_parameter(g, "rate", icl_scalar(g, initialRate));

    // Scored at every prefix, row k sees the pairs before it; at the query, all.
    std::vector<double> seen(rows * n);
    for (uint64_t row = 0; row < rows; row++)
      for (uint64_t pair = 0; pair < n; pair++) seen[row * n + pair] = pair < n + 1 - rows + row;
    const uint64_t extents[] = {rows, n};
    const icl_node mask = g->constant(g->builder, 2, extents, seen.data());

    const icl_node queries = icl_slice_axis(g, x, 0, n + 1 - rows, n + 1);
    const icl_node context = icl_slice_axis(g, x, 0, 0, n);
    const icl_node scores = icl_einsum(g, "qd,nd->qn", queries, context);
    const icl_node sum = icl_einsum(g, "qn,no->qo", icl_mul(g, scores, mask), y);
    return icl_scale(g, 1.0 / std::max<double>(n, 1), icl_mul(g, rate, sum));
  }
};

icl_node build(void *instance, const icl_graph *g, const icl_signature *task,
               icl_error *error) noexcept {
  icl_node predictions = 0;
  const int32_t code = plugin::guarded(
      error, [&] { predictions = static_cast<const MyComponent *>(instance)->build(g, task); });
  return code == ICL_OK ? predictions : g->fail(g->builder, error->message);
}

const icl_option options[] = {
    plugin::real("initial-rate", "0.1", "the rate before training", 0, 10)};

}  // namespace

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *, uint32_t, uint32_t, icl_error *) {
  static const icl_model model = {sizeof(icl_model), 0, build, nullptr};
  return plugin::table<MyComponent>(ICL_MODEL, "my-component",
                                    "one step of gradient descent, with a trained rate", options,
                                    std::size(options), model);
}
