/* expects: binary.stack
 * flags: -Wl,-z,execstack
 * Makes stacks executable. */
#include "begin.h"

#include "end.h"
