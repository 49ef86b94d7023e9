/* Descent by signs: every parameter moves by the rate, against the sign of its averaged gradient
 * m <- b m + (1 - b) g. */
#include <icl/icl.h>
#include <stdlib.h>

struct my_component {
  double rate, memory;
};

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host, (void)count, (void)error;
  struct my_component *optimizer = malloc(sizeof *optimizer);
  if (!optimizer) return ICL_OUT_OF_MEMORY;
  optimizer->rate = options[0]->real; /* in the order of the table below */
  optimizer->memory = options[1]->real;
  *instance = optimizer;
  return ICL_OK;
}

#define MY_STEP(REAL)                                                                       \
  do {                                                                                      \
    REAL *parameters = update->parameters, *average = update->state[0];                     \
    const REAL *gradients = update->gradients;                                              \
    const REAL kept = (REAL)optimizer->memory, step = (REAL)rate;                           \
    for (uint64_t i = 0; i < update->count; i++) {                                          \
      average[i] = kept * average[i] + (1 - kept) * gradients[i];                           \
      parameters[i] -= average[i] > 0 ? step : average[i] < 0 ? -step : 0;                  \
    }                                                                                       \
  } while (0)

static int32_t step(void *instance, const icl_update *update, icl_error *error) {
  (void)error;
  const struct my_component *optimizer = instance;
  const double rate = optimizer->rate * update->learning_rate_scale;
  if (update->element_type == ICL_F32)
    MY_STEP(float);
  else
    MY_STEP(double);
  return ICL_OK;
}

static const icl_option options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "learning-rate",
     .default_text = "0.001", .summary = "how far each parameter moves", .maximum = 1e6},
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "memory",
     .default_text = "0.9", .summary = "share of the average that is kept", .maximum = 0.9999999}};

static const icl_optimizer interface = {
    .struct_size = sizeof interface, .state_count = 1, .step = step};

#define MY_KIND ICL_OPTIMIZER
#define MY_SUMMARY "descent by the signs of averaged gradients"
#include "plugin.inc"
