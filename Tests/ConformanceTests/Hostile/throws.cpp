/* expects: faults.create
 * An exception crosses the boundary. */
#include "begin.h"
#include <stdexcept>

static int32_t create(CREATE_ARGUMENTS) {
  if (count > 0) throw std::runtime_error("no such luck");
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
