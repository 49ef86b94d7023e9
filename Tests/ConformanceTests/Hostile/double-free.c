/* expects: faults.create
 * Frees an instance twice. */
#include "begin.h"

static void destroy(void *instance) {
  free(instance);
  free(instance);
}
#define DESTROY destroy

#include "end.h"
