/* expects: protocol.refusals
 * Refuses without a word. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  if (options[0]->real == 10 || options[0]->real == -10) return ICL_INVALID;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
