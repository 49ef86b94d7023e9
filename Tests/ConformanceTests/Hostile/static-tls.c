/* expects: binary.static-tls
 * Takes static thread-local memory. */
#include "begin.h"

static __thread double scratch __attribute__((tls_model("initial-exec")));
static int32_t create(CREATE_ARGUMENTS) {
  scratch += 1;
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
