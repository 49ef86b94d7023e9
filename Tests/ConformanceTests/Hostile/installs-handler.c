/* expects: binary.signals
 * Handles a signal for the whole process. */
#include "begin.h"

#include <signal.h>
static int32_t create(CREATE_ARGUMENTS) {
  signal(SIGUSR1, SIG_IGN);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
