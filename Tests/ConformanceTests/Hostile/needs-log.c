/* expects: protocol.missing-services
 * Calls a service that may not be there. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  const icl_log *log = host->extension(host, ICL_EXTENSION_LOG);
  log->write(host, ICL_LOG_DEBUG, "created");
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
