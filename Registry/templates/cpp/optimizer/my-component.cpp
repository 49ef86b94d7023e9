// Descent by signs: every parameter moves by the rate, against the sign of its averaged gradient
// m <- b m + (1 - b) g.
#include "plugin.hpp"

#include <iterator>

namespace {

struct MyComponent {
  double rate, memory;

  explicit MyComponent(const icl_value *const *options)
      : rate(options[0]->real), memory(options[1]->real) {}

  template <class Real>
  void step(const icl_update *update) const {
    auto *parameters = static_cast<Real *>(update->parameters);
    auto *average = static_cast<Real *>(update->state[0]);
    const auto *gradients = static_cast<const Real *>(update->gradients);
    const Real kept = static_cast<Real>(memory);
    const Real size = static_cast<Real>(rate * update->learning_rate_scale);
    for (uint64_t i = 0; i < update->count; i++) {
      average[i] = kept * average[i] + (1 - kept) * gradients[i];
      parameters[i] -= average[i] > 0 ? size : average[i] < 0 ? -size : 0;
    }
  }
};

int32_t step(void *instance, const icl_update *update, icl_error *) noexcept {
  const auto *optimizer = static_cast<const MyComponent *>(instance);
  if (update->element_type == ICL_F32)
    optimizer->step<float>(update);
  else
    optimizer->step<double>(update);
  return ICL_OK;
}

const icl_option options[] = {
    plugin::real("learning-rate", "0.001", "how far each parameter moves", 0, 1e6),
    plugin::real("memory", "0.9", "share of the average that is kept", 0, 0.9999999)};

}  // namespace

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *, uint32_t, uint32_t, icl_error *) {
  static const icl_optimizer optimizer = {sizeof(icl_optimizer), 1, step, nullptr};
  return plugin::table<MyComponent>(ICL_OPTIMIZER, "my-component",
                                    "descent by the signs of averaged gradients", options,
                                    std::size(options), optimizer);
}
