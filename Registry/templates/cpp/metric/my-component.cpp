// The mean absolute error at each scored position, with its standard error.
#include "plugin.hpp"

#include <cmath>
#include <memory>
#include <vector>

namespace {

struct MyComponent {
  explicit MyComponent(const icl_value *const *) {}
};

struct Sums {
  uint64_t outputs, first, prompts = 0;
  std::vector<double> errors, squares;  // [positions] each, over prompts

  explicit Sums(const icl_signature *task)
      : outputs(task->output_dimension),
        first(task->context_length + 1 - task->positions),
        errors(task->positions),
        squares(task->positions) {}

  void add(const icl_chunk *chunk) {
    const uint64_t positions = errors.size();
    for (uint64_t row = 0; row < chunk->count * positions; row++) {
      double size = 0;
      for (uint64_t o = row * outputs; o < (row + 1) * outputs; o++)
        size += std::abs(chunk->predictions[o] - chunk->targets[o]);
      errors[row % positions] += size;
      squares[row % positions] += size * size;
    }
    prompts += chunk->count;
  }

  void report(const icl_report *report) const {
    std::vector<double> means, deviations;
    const double n = static_cast<double>(prompts);
    for (size_t k = 0; k < errors.size(); k++) {
      const double mean = errors[k] / n;
      means.push_back(mean);
      const double variance = std::fmax(squares[k] / n - mean * mean, 0);
      deviations.push_back(std::sqrt(variance / std::fmax(n - 1, 1)));
    }
    report->values(report->state, "absolute-error", "context length",
                   static_cast<int64_t>(first), means.size(), means.data(), deviations.data());
  }
};

int32_t begin(void *, const icl_signature *task, void **accumulator, icl_error *error) noexcept {
  return plugin::guarded(error, [&] { *accumulator = new Sums(task); });
}

int32_t accumulate(void *accumulator, const icl_chunk *chunk, icl_error *) noexcept {
  static_cast<Sums *>(accumulator)->add(chunk);
  return ICL_OK;
}

int32_t finish(void *accumulator, const icl_report *report, icl_error *error) noexcept {
  const std::unique_ptr<Sums> sums(static_cast<Sums *>(accumulator));
  // NULL: the evaluation was given up.
  if (!report || sums->prompts == 0) return ICL_OK;
  return plugin::guarded(error, [&] { sums->report(report); });
}

}  // namespace

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *, uint32_t, uint32_t, icl_error *) {
  static const icl_metric metric = {
      sizeof(icl_metric), ICL_NEEDS_PREDICTIONS, begin, accumulate, finish, nullptr, nullptr};
  return plugin::table<MyComponent>(ICL_METRIC, "my-component",
                                    "mean absolute error at each context length", nullptr, 0,
                                    metric);
}
