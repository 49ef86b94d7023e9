/* expects: binary.load-time
 * Its constructor takes its time. */
#include "begin.h"

#include <unistd.h>
__attribute__((constructor)) static void start(void) { usleep(150000); }

#include "end.h"
