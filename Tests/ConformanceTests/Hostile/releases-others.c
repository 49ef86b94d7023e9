/* expects: protocol.service-use
 * Releases memory that is not the arena's. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  const icl_arena *arena = host->extension(host, ICL_EXTENSION_ARENA);
  if (arena) arena->release(host, &(int){0});
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
