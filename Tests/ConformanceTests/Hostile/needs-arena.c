/* expects: protocol.failing-services
 * Writes into memory that it did not get. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  const icl_arena *arena = host->extension(host, ICL_EXTENSION_ARENA);
  if (arena) memset(arena->allocate(host, 64), 0, 64);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
