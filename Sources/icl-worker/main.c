/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker: opens one plugin by the rules of icl-host, and does its work for it.
 */
#include "icl_mode.h"
#include "icl_worker.h"

#include <dlfcn.h>
#include <stdio.h>

typedef const icl_plugin *entry(const icl_host *, uint32_t, uint32_t, icl_error *);

static const icl_plugin *open_library(void *user, const char *path, const icl_host *host,
                                      uint32_t lowest, uint32_t highest, icl_error *error) {
  uint32_t *changed_mode = user;
  const uint64_t mode = icl_floating_point_mode();
  /* The host has read the note. */
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (icl_floating_point_mode() != mode) {
    *changed_mode = 1;
    icl_set_floating_point_mode(mode);
  }
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
  uint32_t changed_mode = 0;
  const icl_worker_source source = {.user = &changed_mode, .changed_mode = &changed_mode,
                                    .open = open_library};
  return icl_worker_serve(&source);
}
