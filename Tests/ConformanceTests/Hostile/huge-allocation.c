/* expects: memory.size
 * Takes 3 GiB for nothing. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  void *volatile room = malloc(3ull << 30);
  if (!room) return ICL_OUT_OF_MEMORY;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
