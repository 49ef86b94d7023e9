/* expects: binary.resolved
 * Calls a function that nothing has. */
#include "begin.h"

double somebody_elses(double);
static int32_t create(CREATE_ARGUMENTS) {
  if (count == 12345) return (int32_t)somebody_elses(1);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
