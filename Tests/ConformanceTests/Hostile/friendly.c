/* expects: nothing
 * As it should be. */
#include "begin.h"

#include "end.h"
