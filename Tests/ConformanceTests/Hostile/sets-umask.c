/* expects: binary.umask
 * Sets the file mode mask. */
#include "begin.h"

#include <sys/stat.h>
static int32_t create(CREATE_ARGUMENTS) {
  umask(0);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
