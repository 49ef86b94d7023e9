/* expects: binary.working-directory
 * Changes the working directory. */
#include "begin.h"

#include <unistd.h>
static int32_t create(CREATE_ARGUMENTS) {
  if (chdir("/")) return ICL_FAILED;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
