/* expects: numerics.precision
 * Adds 3000 and takes it away again, which leaves four digits in single precision. */
#include "begin.h"

static icl_node build(BUILD_ARGUMENTS) {
  (void)instance, (void)error;
  const uint64_t shape[2] = {task->positions, 1}, first[2] = {0, 0}, last[2] = {1, 1};
  icl_node y = g->slice(g->builder, icl_input(g, "y"), first, last, NULL);
  icl_node large = icl_sub(g, icl_add(g, y, icl_scalar(g, 3000)), icl_scalar(g, 3000));
  /* The first label is known from position 1 on. */
  double known[4096] = {0};
  for (uint64_t i = 0; i < task->positions; i++) known[i] = task->positions == 1 || i > 0;
  icl_node all = g->broadcast(g->builder, large, 2, shape);
  return icl_mul(g, g->constant(g->builder, 2, shape, known), all);
}
#define BUILD build

#include "end.h"
