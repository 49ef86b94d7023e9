/* expects: protocol.struct-ends
 * Clears more than an icl_error has. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  memset((char *)error + sizeof *error, 0, 8);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
