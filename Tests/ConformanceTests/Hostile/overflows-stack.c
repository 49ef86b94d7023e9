/* expects: faults.create
 * Calls itself without end. */
#include "begin.h"

static int deeper(int depth) {
  volatile char room[4096];
  room[depth % 4096] = 1;
  return deeper(depth + 1) + room[0];
}
static int32_t create(CREATE_ARGUMENTS) {
  if (deeper(1) == 12345) return ICL_FAILED;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
