/* expects: binary.run-path
 * flags: -Wl,-rpath,/opt/somewhere
 * Looks for libraries in a folder of another machine. */
#include "begin.h"

#include "end.h"
