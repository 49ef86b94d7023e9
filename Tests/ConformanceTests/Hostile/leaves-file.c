/* expects: binary.descriptors
 * Opens a file, and forgets it. */
#include "begin.h"

#include <fcntl.h>
static int32_t create(CREATE_ARGUMENTS) {
  open("/dev/null", O_RDONLY);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
