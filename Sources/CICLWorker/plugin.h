/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's tables as a message. What the host checks of a table stays as it is, right or wrong, so
 * that it refuses the same with the same words.
 */
#ifndef ICL_PLUGIN_MESSAGE_H
#define ICL_PLUGIN_MESSAGE_H

#include "structs.h"

/* The worker's side. */
void put_plugin(frame *frame, const icl_plugin *plugin);

/* The functions that a component's table gets on the host's side. */
typedef struct {
  int32_t (*create)(const icl_host *, const icl_value *const *, uint32_t, void **, icl_error *);
  void (*destroy)(void *);
  icl_model model;
  icl_task task;
  icl_metric metric;
  icl_optimizer optimizer;
} plugin_functions;

/* The host's side: a table in the pool; NULL where the message is bad. */
const icl_plugin *get_plugin(reader *reader, pool *pool, const plugin_functions *functions);

#endif
