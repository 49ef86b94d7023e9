/* expects: faults.create
 * Ends the process without a word, and says that all is well. */
#include "begin.h"

#include <sys/syscall.h>
#include <unistd.h>
static int32_t create(CREATE_ARGUMENTS) {
  syscall(SYS_exit_group, 0);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
