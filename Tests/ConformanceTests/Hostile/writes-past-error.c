/* expects: protocol.struct-ends
 * Writes one byte past the error that build is given. */
#include "begin.h"

static volatile uint64_t seen;
static icl_node build(BUILD_ARGUMENTS) {
  (void)instance, (void)error;
  ((volatile char *)(error + 1))[0] = 0;
  const uint64_t shape[2] = {task->positions, task->output_dimension};
  return g->broadcast(g->builder, icl_scalar(g, 0.5), 2, shape);
}
#define BUILD build

#include "end.h"
