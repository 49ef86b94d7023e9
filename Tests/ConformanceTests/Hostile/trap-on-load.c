/* expects: binary.opens
 * Its constructor traps. */
#include "begin.h"

__attribute__((constructor)) static void start(void) { __builtin_trap(); }

#include "end.h"
