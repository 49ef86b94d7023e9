/* expects: binary.forbidden-symbols
 * Would start a shell. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  if (count == 12345) return system("true");
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
