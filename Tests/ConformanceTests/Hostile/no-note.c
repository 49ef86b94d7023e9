/* expects: binary.note
 * Nothing says that it is a plugin. */
#include "begin.h"

#define WITHOUT_NOTE

#include "end.h"
