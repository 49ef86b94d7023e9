#define _GNU_SOURCE
#include "icl_processors.h"

#include <malloc.h>
#include <sched.h>

int32_t icl_keep_on_processors(int32_t count) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  for (int processor = 0; processor < CPU_SETSIZE; processor++) {
    if (CPU_ISSET(processor, &set) && count-- <= 0) CPU_CLR(processor, &set);
  }
  return sched_setaffinity(0, sizeof set, &set);
}

void icl_return_free_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
