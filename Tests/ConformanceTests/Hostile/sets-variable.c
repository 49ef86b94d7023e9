/* expects: binary.environment
 * Sets an environment variable. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  setenv("OMP_NUM_THREADS", "1", 1);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
