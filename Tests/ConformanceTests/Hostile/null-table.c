/* expects: protocol.entry
 * One component is said to be there, and is not. */
#include "begin.h"

#define COMPONENTS NULL
#define WITHOUT_TABLE

#include "end.h"
