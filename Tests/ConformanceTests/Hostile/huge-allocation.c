/* expects: memory.size
 * Takes 1.5 GiB for nothing. */
#include "begin.h"
#include <sys/mman.h>

static int32_t create(CREATE_ARGUMENTS) {
  static void *room;
  if (!room) {
    room = mmap(NULL, 3ull << 29, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  if (room == MAP_FAILED) return ICL_OUT_OF_MEMORY;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
