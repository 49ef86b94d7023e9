/* expects: protocol.unknown-extension
 * Claims every ability. */
#include "begin.h"

static const void *extension(const char *id) { return id; }
#define EXTENSION extension

#include "end.h"
