// Regression on few inputs: y = w . x + noise, where each entry of w is normal with probability
// `density`, else 0.
#include "plugin.hpp"

#include <array>
#include <cmath>

namespace {

struct MyComponent {
  uint64_t dimension, contextLength;
  double noiseVariance, density;
  std::array<icl_tensor_spec, 4> specs{};
  std::array<const icl_tensor_spec *, 4> tensors{};
  icl_property property{};

  explicit MyComponent(const icl_value *const *options)
      : dimension(options[0]->integer),
        contextLength(options[1]->integer),
        noiseVariance(options[2]->real),
        density(options[3]->real) {
    specs[0] = matrix("x", ICL_ROLE_INPUT, contextLength + 1, dimension);
    specs[1] = matrix("y", ICL_ROLE_INPUT, contextLength, 1);
    specs[2] = matrix("target", ICL_ROLE_TARGET, 1, 1);
    specs[3] = matrix("w", ICL_ROLE_LATENT, dimension, 1);
    for (size_t i = 0; i < specs.size(); i++) tensors[i] = &specs[i];
    property = {"noise-variance", noiseVariance};
  }

  void describe(icl_signature *signature) const {
    signature->scoring = ICL_SCORED_AT_QUERY;
    signature->context_length = contextLength;
    signature->input_dimension = dimension;
    signature->output_dimension = 1;
    signature->positions = 1;
    signature->tensors = tensors.data();
    signature->tensor_count = tensors.size();
    signature->properties = &property;
    signature->property_count = 1;
  }

  void declare(const icl_graph *g) const {
    const uint64_t n = contextLength, inputs[] = {n + 1, dimension}, column[] = {dimension, 1},
                   labelled[] = {n + 1, 1};
    const icl_node x = icl_prompt_normal(g, "x", 2, inputs);
    const icl_node coin =
        g->random(g->builder, ICL_UNIFORM, ICL_PER_PROMPT, "coin", 2, column);
    const icl_node kept = g->binary(g->builder, ICL_LESS, coin, icl_scalar(g, density));
    const icl_node w = icl_mul(g, kept, icl_prompt_normal(g, "w", 2, column));
    const icl_node noise = icl_prompt_normal(g, "noise", 2, labelled);
    const icl_node labels = icl_add(g, icl_einsum(g, "nd,do->no", x, w),
                                    icl_scale(g, std::sqrt(noiseVariance), noise));
    g->output(g->builder, "x", x);
    g->output(g->builder, "y", icl_slice_axis(g, labels, 0, 0, n));
    g->output(g->builder, "target", icl_slice_axis(g, labels, 0, n, n + 1));
    g->output(g->builder, "w", w);
  }

 private:
  static icl_tensor_spec matrix(const char *name, uint32_t role, uint64_t rows,
                                uint64_t columns) {
    icl_tensor_spec spec{};
    spec.struct_size = sizeof spec;
    spec.role = role;
    spec.name = name;
    spec.rank = 2;
    spec.extents[0] = rows;
    spec.extents[1] = columns;
    return spec;
  }
};

int32_t signature(void *instance, icl_signature *signature, icl_error *) noexcept {
  static_cast<const MyComponent *>(instance)->describe(signature);
  return ICL_OK;
}

int32_t declare(void *instance, const icl_graph *g, icl_error *error) noexcept {
  return plugin::guarded(error,
                         [&] { static_cast<const MyComponent *>(instance)->declare(g); });
}

const icl_option options[] = {
    plugin::integer("dimension", "8", "dimension of the inputs", 1, 1024),
    plugin::integer("context-length", "16", "pairs in the context", 1, 4096),
    plugin::real("noise-variance", "0.25", "variance of the labels' noise", 0, 1e6),
    plugin::real("density", "0.25", "probability that an entry of w is not 0", 0, 1)};

}  // namespace

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *, uint32_t, uint32_t, icl_error *) {
  static const icl_task task = {sizeof(icl_task), 0, signature, declare, nullptr, nullptr, nullptr};
  return plugin::table<MyComponent>(ICL_TASK, "my-component",
                                    "linear regression with few relevant inputs", options,
                                    std::size(options), task);
}
