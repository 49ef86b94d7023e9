/* expects: memory.instance-leaks
 * Takes more than destroy gives back. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  void *volatile lost = malloc(1000);
  (void)lost;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
