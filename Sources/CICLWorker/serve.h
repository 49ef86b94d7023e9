/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's side: what its files share.
 */
#ifndef ICL_SERVE_H
#define ICL_SERVE_H

#include "calls.h"
#include "icl_worker.h"
#include "structs.h"

typedef struct arena_block arena_block;

/* The host as the plugin sees it; each instance has one, which owns its memory of the arena. */
typedef struct {
  icl_host host; /* first */
  arena_block *blocks;
} remote_host;

/* An instance of the plugin's; the host knows it by its address. */
typedef struct {
  const icl_component *component;
  void *raw;
  remote_host *host;
  icl_model model;
  icl_task task;
  icl_metric metric;
  icl_optimizer optimizer;
} instance;

/* Ranks of the nodes of one building call, by their number. */
typedef struct {
  uint8_t *ranks;
  uint32_t count;
} node_ranks;

struct icl_builder {
  channel *channel;
  uint32_t number; /* of the graph, among those of the call */
  node_ranks *ranks;
};

typedef struct {
  const icl_worker_source *source;
  const icl_plugin *plugin;
  shared_head *head;
  char name[64];
  char version[64];
} worker;

extern worker the_worker;

/* The conversation of this thread; NULL on threads that the plugin made. */
channel *current_channel(void);

remote_host *host_make(void);
void host_free(remote_host *host);

icl_graph remote_graph(icl_builder *builder);
/* Nodes that a call is given, with their ranks. */
const icl_node *get_nodes(reader *reader, pool *pool, node_ranks *ranks, uint32_t *count);

int32_t serve_build(channel *channel, uint32_t operation, reader *call, frame *reply);
int32_t serve_body(channel *channel, reader *call, frame *reply);
int32_t serve_custom(channel *channel, uint32_t operation, reader *call);
int32_t serve_task(channel *channel, uint32_t operation, reader *call, frame *reply);
int32_t serve_metric(channel *channel, uint32_t operation, reader *call, frame *reply);
int32_t serve_optimizer(channel *channel, uint32_t operation, reader *call, frame *reply);
int32_t serve_predict(reader *call, frame *reply);

/* What the call was given room for: addresses of count arrays in the message. */
void **get_arrays(reader *reader, pool *pool, uint32_t count);

icl_error empty_error(void);

#endif
