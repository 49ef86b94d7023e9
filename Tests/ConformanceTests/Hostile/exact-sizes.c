/* expects: protocol.future-host
 * Takes structs of one size only. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  if (options[0]->struct_size != sizeof(icl_value))
    return refuse(error, "", "unexpected size of icl_value.");
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
