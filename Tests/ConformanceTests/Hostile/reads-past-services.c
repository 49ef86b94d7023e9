/* expects: protocol.struct-ends
 * Looks for a function that a younger icl_log may have, without asking for its size. */
#include "begin.h"

static volatile uint64_t seen;
static int32_t create(CREATE_ARGUMENTS) {
  const icl_log *log = (const icl_log *)host->extension(host, ICL_EXTENSION_LOG);
  if (log) seen = ((const uint64_t *)(log + 1))[0];
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
