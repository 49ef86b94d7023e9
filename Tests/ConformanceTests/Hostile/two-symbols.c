/* expects: binary.one-symbol
 * Exports a helper. */
#include "begin.h"

ICL_EXPORT int helper(void);
int helper(void) { return 1; }

#include "end.h"
