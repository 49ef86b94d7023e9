/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker: opens one plugin by the rules of icl-host, and does its work for it.
 */
#include "icl_worker.h"

#include <dlfcn.h>
#include <stdio.h>

typedef const icl_plugin *entry(const icl_host *, uint32_t, uint32_t, icl_error *);

static const icl_plugin *open_library(void *user, const char *path, const icl_host *host,
                                      uint32_t lowest, uint32_t highest, icl_error *error) {
  (void)user;
  /* The host has read the note. */
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) {
    const char *reason = dlerror();
    error->code = ICL_FAILED;
    snprintf(error->path, sizeof error->path, "dlopen");
    snprintf(error->message, sizeof error->message, "%s", reason ? reason : "no reason given");
    return NULL;
  }
  union {
    void *address;
    entry *function;
  } symbol = {dlsym(library, "icl_plugin_v1")};
  if (!symbol.address) {
    error->code = ICL_FAILED;
    snprintf(error->path, sizeof error->path, "dlsym");
    return NULL;
  }
  return symbol.function(host, lowest, highest, error);
}

int main(void) {
  const icl_worker_source source = {.open = open_library};
  return icl_worker_serve(&source);
}
