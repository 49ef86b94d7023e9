/* expects: faults.create
 * Ends by abort. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  abort();
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
