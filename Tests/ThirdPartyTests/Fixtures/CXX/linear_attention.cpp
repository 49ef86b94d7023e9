// One head of linear attention, merged key and query, scored at the query or at every prefix.
// The same model as Plugins/Models/LinearAttention with its default options.
#include <icl/icl.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using Shape = std::vector<std::uint64_t>;

struct Tensor {
  const icl_graph *graph;
  icl_node node;

  Tensor operator*(Tensor other) const { return {graph, icl_mul(graph, node, other.node)}; }
  Tensor operator+(Tensor other) const { return {graph, icl_add(graph, node, other.node)}; }
  Tensor operator/(Tensor other) const { return {graph, icl_div(graph, node, other.node)}; }
  Tensor rows(std::uint64_t first, std::uint64_t last) const {
    return {graph, icl_slice_axis(graph, node, 0, first, last)};
  }
  Tensor reshaped(const Shape &shape) const {
    const auto rank = static_cast<std::uint32_t>(shape.size());
    return {graph, graph->reshape(graph->builder, node, rank, shape.data())};
  }
};

Tensor operator*(double factor, Tensor a) { return {a.graph, icl_scale(a.graph, factor, a.node)}; }

Tensor einsum(const char *spec, Tensor a, Tensor b) {
  return {a.graph, icl_einsum(a.graph, spec, a.node, b.node)};
}

template <typename Value>
Tensor constant(const icl_graph *g, const Shape &shape, Value value) {
  std::uint64_t count = 1;
  for (auto extent : shape) count *= extent;
  std::vector<double> values;
  const auto columns = shape.back();
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(value(i / columns, i % columns));
  const auto rank = static_cast<std::uint32_t>(shape.size());
  return {g, g->constant(g->builder, rank, shape.data(), values.data())};
}

class LinearAttention {
 public:
  explicit LinearAttention(double scale) : scale(scale) {}

  Tensor build(const icl_graph *g, const icl_signature &task) const {
    const auto n = task.context_length, d = task.input_dimension, width = d + 1;
    const auto positions = task.positions;
    const bool causal = task.scoring == ICL_SCORED_AT_EVERY_PREFIX;
    if (task.output_dimension != 1) return {g, g->fail(g->builder, "one output only")};

    const Tensor label = constant(g, {width}, [&](auto, auto i) { return i == d ? 1.0 : 0.0; });
    const Tensor inputs = constant(g, {width, 1}, [&](auto i, auto) { return i < d ? 1.0 : 0.0; });
    const Tensor value = parameter(g, "heads.value", {1, width}, label);
    const Tensor key_query = parameter(g, "heads.key-query", {1, width, d}, inputs);

    const Tensor x{g, icl_input(g, "x")}, y{g, icl_input(g, "y")};
    const icl_node pair[2] = {x.rows(0, n).node, y.node};
    const Tensor context{g, g->concatenate(g->builder, 2, pair, 1)};
    const Tensor queries = x.rows(n + 1 - positions, n + 1);
    const std::uint64_t none[2] = {0, 0}, column[2] = {0, 1};
    const Tensor own{g, g->pad(g->builder, queries.node, none, column, 0.0)};

    const Tensor mask = constant(g, {positions, n}, [&](auto p, auto j) {
      return !causal || j < p ? 1.0 : 0.0;
    });
    const Tensor pairs = constant(g, {positions, 1}, [&](auto p, auto) {
      return static_cast<double>(std::max<std::uint64_t>(causal ? p : n, 1));
    });
    const Tensor asked = einsum("hec,pc->hpe", key_query, queries);
    const Tensor scores = einsum("hpe,je->hpj", asked, context) * mask;
    const Tensor others = einsum("hpj,hj->p", scores, einsum("he,je->hj", value, context));
    const Tensor itself = einsum("hp,hp->p", einsum("hpe,pe->hp", asked, own),
                                 einsum("he,pe->hp", value, own));
    return (others + itself).reshaped({positions, 1}) / pairs;
  }

 private:
  double scale;

  Tensor parameter(const icl_graph *g, const char *name, const Shape &shape, Tensor mask) const {
    const auto rank = static_cast<std::uint32_t>(shape.size());
    const Tensor initial = scale * Tensor{g, icl_normal(g, name, rank, shape.data())} * mask;
    return {g, icl_parameter(g, name, initial.node)};
  }
};

// Nothing may unwind into the host.
std::int32_t create(const icl_host *, const icl_value *const *options, std::uint32_t,
                    void **instance, icl_error *) {
  try {
    *instance = std::make_unique<LinearAttention>(options[0]->real).release();
    return ICL_OK;
  } catch (const std::exception &) {
    return ICL_OUT_OF_MEMORY;
  }
}

void destroy(void *instance) { delete static_cast<LinearAttention *>(instance); }

icl_node build(void *instance, const icl_graph *g, const icl_signature *task, icl_error *) {
  try {
    return static_cast<const LinearAttention *>(instance)->build(g, *task).node;
  } catch (const std::exception &error) {
    return g->fail(g->builder, error.what());
  }
}

const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "initial-scale",
     .default_text = "0.1", .summary = "standard deviation of the initial weights",
     .minimum = 0.0, .maximum = 10.0}};

const icl_model model = {.struct_size = sizeof(icl_model), .build = build};

const icl_component components[] = {
    {.struct_size = sizeof(icl_component), .kind = ICL_MODEL, .id = "cxx-attention",
     .version = "1.0.0", .summary = "linear attention in C++", .options = options,
     .option_count = 1, .create = create, .destroy = destroy, .interface = &model}};

const icl_plugin plugin = {
    .struct_size = sizeof(icl_plugin), .abi_minor = 0, .name = "cxx-attention",
    .version = "1.0.0", .license = "Apache-2.0", .components = components,
    .component_count = 1};

}  // namespace

ICL_PLUGIN_NOTE;

extern "C" ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *, std::uint32_t,
                                                      std::uint32_t, icl_error *) {
  return &plugin;
}
