/* expects: protocol.struct-ends
 * Looks for a function that a younger icl_graph may have, without asking for its size. */
#include "begin.h"

static volatile uint64_t seen;
static icl_node build(BUILD_ARGUMENTS) {
  (void)instance, (void)error;
  seen = ((const uint64_t *)(g + 1))[0];
  const uint64_t shape[2] = {task->positions, task->output_dimension};
  return g->broadcast(g->builder, icl_scalar(g, 0.5), 2, shape);
}
#define BUILD build

#include "end.h"
