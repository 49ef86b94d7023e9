/* expects: faults.create
 * Kills its process. */
#include "begin.h"

#include <signal.h>
#include <unistd.h>
static int32_t create(CREATE_ARGUMENTS) {
  kill(getpid(), SIGKILL);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
