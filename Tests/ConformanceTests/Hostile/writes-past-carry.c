/* expects: memory.guard-after
 * The body of a scan puts out more than it was said to. */
#include "begin.h"

static void body(void *user, const icl_graph *g, const icl_node *carry, const icl_node *slices,
                 const icl_node *shared, icl_node *next_carry, icl_node *outputs) {
  (void)user, (void)slices, (void)shared, (void)outputs;
  next_carry[0] = icl_scale(g, 0.5, carry[0]);
  ((volatile icl_node *)next_carry)[1] = carry[0];
}
static icl_node build(BUILD_ARGUMENTS) {
  (void)instance, (void)error;
  const uint64_t shape[2] = {task->positions, task->output_dimension};
  const icl_node initial = g->broadcast(g->builder, icl_scalar(g, 0.5), 2, shape);
  const icl_scan scan = {.struct_size = sizeof scan, .carry_count = 1, .initial = &initial,
                         .body = body, .length = 3};
  icl_node result = 0;
  g->scan(g->builder, &scan, &result);
  return result;
}
#define BUILD build

#include "end.h"
