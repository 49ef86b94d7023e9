/* expects: protocol.entry
 * The size of a table is that of half of it. */
#include "begin.h"

#define COMPONENT_SIZE 40

#include "end.h"
