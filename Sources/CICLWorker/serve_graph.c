/* SPDX-License-Identifier: Apache-2.0
 *
 * The graph as a plugin in a worker sees it: every function is a call to the host, which builds.
 * Lists have the length that the host would read, so the ranks of nodes are known here, too.
 */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

/* The most nodes or extents of a list; longer ones are refused by the host unread. */
#define MOST 65536u

static void note_rank(node_ranks *ranks, uint32_t node, uint32_t rank) {
  if (node >= ranks->count) {
    const uint32_t count = node + node / 2 + 64;
    uint8_t *grown = realloc(ranks->ranks, count);
    if (!grown) abort();
    memset(grown + ranks->count, 0, count - ranks->count);
    *ranks = (node_ranks){grown, count};
  }
  ranks->ranks[node] = (uint8_t)rank;
}

static uint32_t rank_of(const icl_builder *b, icl_node a) {
  return a < b->ranks->count ? b->ranks->ranks[a] : 0;
}

const icl_node *get_nodes(reader *reader, pool *pool, node_ranks *ranks, uint32_t *count) {
  *count = get_u32(reader);
  icl_node *nodes = pool_array(pool, reader, *count, sizeof *nodes);
  for (uint32_t k = 0; nodes && k < *count; k++) {
    nodes[k] = get_u32(reader);
    note_rank(ranks, nodes[k], get_u32(reader));
  }
  return nodes;
}

static frame begin(icl_builder *b) {
  frame call = frame_begin(b->channel);
  put_u32(&call, b->number);
  return call;
}

/* For functions that return a node. */
static icl_node node(icl_builder *b, frame *call, uint32_t operation) {
  reader answer = {0};
  icl_node made = 0;
  if (channel_call(b->channel, call, operation, &answer) == CALL_RETURNED) {
    made = get_u32(&answer);
    note_rank(b->ranks, made, get_u32(&answer));
  }
  channel_done(call);
  return made;
}

static void list(frame *call, const void *values, uint64_t count, uint64_t size) {
  put_u32(call, values != NULL);
  put_array(call, values, values && count <= MOST ? count * size : 0);
}

static icl_node g_input(icl_builder *b, const char *name) {
  frame call = begin(b);
  put_text(&call, name);
  return node(b, &call, GRAPH_INPUT);
}

static icl_node g_parameter(icl_builder *b, const char *name, icl_node initial) {
  frame call = begin(b);
  put_text(&call, name);
  put_u32(&call, initial);
  return node(b, &call, GRAPH_PARAMETER);
}

static icl_node g_constant(icl_builder *b, uint32_t rank, const uint64_t *extents,
                           const double *values) {
  frame call = begin(b);
  put_u32(&call, rank);
  list(&call, extents, rank <= ICL_MAX_RANK ? rank : 0, sizeof *extents);
  uint64_t count = rank <= ICL_MAX_RANK && (extents || rank == 0) ? 1 : 0;
  for (uint32_t axis = 0; count && axis < rank; axis++) {
    count = extents[axis] > (1u << 28) / count ? 0 : count * extents[axis];
  }
  put_u32(&call, values != NULL);
  put_array(&call, values, values ? count * sizeof *values : 0);
  return node(b, &call, GRAPH_CONSTANT);
}

static icl_node g_scalar(icl_builder *b, double value) {
  frame call = begin(b);
  put_double(&call, value);
  return node(b, &call, GRAPH_SCALAR);
}

static icl_node g_random(icl_builder *b, uint32_t kind, uint32_t scope, const char *stream,
                         uint32_t rank, const uint64_t *extents) {
  frame call = begin(b);
  put_u32(&call, kind);
  put_u32(&call, scope);
  put_text(&call, stream);
  put_u32(&call, rank);
  list(&call, extents, rank <= ICL_MAX_RANK ? rank : 0, sizeof *extents);
  return node(b, &call, GRAPH_RANDOM);
}

/* Calls that consist of numbers alone. */
static icl_node numbers(icl_builder *b, uint32_t operation, uint32_t count, const uint32_t *values) {
  frame call = begin(b);
  for (uint32_t k = 0; k < count; k++) put_u32(&call, values[k]);
  return node(b, &call, operation);
}
#define NUMBERS(operation, ...) \
  numbers(b, operation, sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__})

static icl_node g_unary(icl_builder *b, uint32_t operation, icl_node a) {
  return NUMBERS(GRAPH_UNARY, operation, a);
}
static icl_node g_binary(icl_builder *b, uint32_t operation, icl_node x, icl_node y) {
  return NUMBERS(GRAPH_BINARY, operation, x, y);
}
static icl_node g_select(icl_builder *b, icl_node condition, icl_node x, icl_node y) {
  return NUMBERS(GRAPH_SELECT, condition, x, y);
}
static icl_node g_gather(icl_builder *b, icl_node a, icl_node indices, uint32_t axis) {
  return NUMBERS(GRAPH_GATHER, a, indices, axis);
}
static icl_node g_softmax(icl_builder *b, icl_node a, icl_node mask, uint32_t axis) {
  return NUMBERS(GRAPH_SOFTMAX, a, mask, axis);
}
static icl_node g_cumulative_sum(icl_builder *b, icl_node a, uint32_t axis, uint32_t exclusive,
                                 uint32_t reverse) {
  return NUMBERS(GRAPH_CUMULATIVE_SUM, a, axis, exclusive, reverse);
}
static icl_node g_linear_recurrence(icl_builder *b, icl_node x, icl_node y, icl_node initial) {
  return NUMBERS(GRAPH_LINEAR_RECURRENCE, x, y, initial);
}
static icl_node g_solve(icl_builder *b, icl_node x, icl_node y) {
  return NUMBERS(GRAPH_SOLVE, x, y);
}
static icl_node g_gradient(icl_builder *b, icl_node x, icl_node y) {
  return NUMBERS(GRAPH_GRADIENT, x, y);
}
static icl_node g_cholesky(icl_builder *b, icl_node a) { return NUMBERS(GRAPH_CHOLESKY, a); }

static icl_node g_einsum(icl_builder *b, const char *spec, icl_node x, icl_node y) {
  frame call = begin(b);
  put_text(&call, spec);
  put_u32(&call, x);
  put_u32(&call, y);
  return node(b, &call, GRAPH_EINSUM);
}

static icl_node g_reduce(icl_builder *b, uint32_t operation, icl_node a, uint32_t count,
                         const uint32_t *axes, uint32_t keep) {
  frame call = begin(b);
  put_u32(&call, operation);
  put_u32(&call, a);
  put_u32(&call, count);
  list(&call, axes, count <= ICL_MAX_RANK ? count : 0, sizeof *axes);
  put_u32(&call, keep);
  return node(b, &call, GRAPH_REDUCE);
}

/* reshape and broadcast */
static icl_node shaped(icl_builder *b, uint32_t operation, icl_node a, uint32_t rank,
                       const uint64_t *extents) {
  frame call = begin(b);
  put_u32(&call, a);
  put_u32(&call, rank);
  list(&call, extents, rank <= ICL_MAX_RANK ? rank : 0, sizeof *extents);
  return node(b, &call, operation);
}
static icl_node g_reshape(icl_builder *b, icl_node a, uint32_t rank, const uint64_t *extents) {
  return shaped(b, GRAPH_RESHAPE, a, rank, extents);
}
static icl_node g_broadcast(icl_builder *b, icl_node a, uint32_t rank, const uint64_t *extents) {
  return shaped(b, GRAPH_BROADCAST, a, rank, extents);
}

static icl_node g_transpose(icl_builder *b, icl_node a, const uint32_t *permutation) {
  frame call = begin(b);
  put_u32(&call, a);
  list(&call, permutation, rank_of(b, a), sizeof *permutation);
  return node(b, &call, GRAPH_TRANSPOSE);
}

static icl_node g_slice(icl_builder *b, icl_node a, const uint64_t *start, const uint64_t *stop,
                        const uint64_t *stride) {
  frame call = begin(b);
  put_u32(&call, a);
  list(&call, start, rank_of(b, a), sizeof *start);
  list(&call, stop, rank_of(b, a), sizeof *stop);
  list(&call, stride, rank_of(b, a), sizeof *stride);
  return node(b, &call, GRAPH_SLICE);
}

static icl_node g_pad(icl_builder *b, icl_node a, const uint64_t *before, const uint64_t *after,
                      double value) {
  frame call = begin(b);
  put_u32(&call, a);
  list(&call, before, rank_of(b, a), sizeof *before);
  list(&call, after, rank_of(b, a), sizeof *after);
  put_double(&call, value);
  return node(b, &call, GRAPH_PAD);
}

static icl_node g_concatenate(icl_builder *b, uint32_t count, const icl_node *nodes,
                              uint32_t axis) {
  frame call = begin(b);
  put_u32(&call, count);
  list(&call, nodes, count, sizeof *nodes);
  put_u32(&call, axis);
  return node(b, &call, GRAPH_CONCATENATE);
}

static void g_scan(icl_builder *b, const icl_scan *given, icl_node *results) {
  frame call = begin(b);
  icl_scan scan = {0};
  put_u32(&call, given != NULL);
  put_u32(&call, results != NULL);
  put_u32(&call, given ? told_size(given->struct_size, sizeof scan) : 0);
  if (given) read_sized(&scan, sizeof scan, given);
  put_u32(&call, scan.body != NULL);
  put_u32(&call, scan.reverse);
  put_u32(&call, scan.carry_count);
  put_u32(&call, scan.sequence_count);
  put_u32(&call, scan.shared_count);
  put_u32(&call, scan.output_count);
  list(&call, scan.initial, scan.carry_count, sizeof(icl_node));
  list(&call, scan.sequences, scan.sequence_count, sizeof(icl_node));
  list(&call, scan.shared, scan.shared_count, sizeof(icl_node));
  put_u64(&call, scan.length);
  /* The body comes back with these. */
  struct {
    icl_scan scan;
    node_ranks *ranks;
  } kept = {scan, b->ranks};
  put_u64(&call, (uint64_t)(uintptr_t)&kept);
  reader answer = {0};
  if (channel_call(b->channel, &call, GRAPH_SCAN, &answer) == CALL_RETURNED) {
    const uint32_t count = get_u32(&answer);
    for (uint32_t k = 0; k < count && results && !answer.bad; k++) {
      results[k] = get_u32(&answer);
      note_rank(b->ranks, results[k], get_u32(&answer));
    }
  }
  channel_done(&call);
}

int32_t serve_body(channel *channel, reader *call, frame *reply) {
  const struct {
    icl_scan scan;
    node_ranks *ranks;
  } *kept = (const void *)(uintptr_t)get_u64(call);
  if (!kept) return ICL_INVALID;
  icl_builder builder = {.channel = channel, .number = get_u32(call), .ranks = kept->ranks};
  const icl_graph graph = remote_graph(&builder);
  pool pool = {0};
  uint32_t carries, slices, shared;
  const icl_node *carry = get_nodes(call, &pool, builder.ranks, &carries);
  const icl_node *slice = get_nodes(call, &pool, builder.ranks, &slices);
  const icl_node *other = get_nodes(call, &pool, builder.ranks, &shared);
  const icl_scan *scan = &kept->scan;
  const uint64_t made = (uint64_t)scan->carry_count + scan->output_count;
  icl_node *next = pool_take(&pool, (made + 1) * sizeof *next);
  scan->body(scan->user, &graph, carry, slice, other, next, next + scan->carry_count);
  put_array(reply, next, made * sizeof *next);
  pool_free(&pool);
  return ICL_OK;
}

static icl_node g_custom(icl_builder *b, const icl_custom *given, uint32_t count,
                         const icl_node *inputs) {
  frame call = begin(b);
  icl_custom *custom = NULL;
  put_u32(&call, given != NULL);
  put_u32(&call, given ? told_size(given->struct_size, sizeof *custom) : 0);
  if (given && given->struct_size >= sizeof *custom) {
    /* The host copies it for as long as the graph lives, which nobody tells. */
    custom = malloc(sizeof *custom);
    if (!custom) abort();
    read_sized(custom, sizeof *custom, given);
    put_u32(&call, (custom->forward_f64 ? HAS_FORWARD_F64 : 0) |
                       (custom->pullback_f64 ? HAS_PULLBACK_F64 : 0) |
                       (custom->forward_f32 ? HAS_FORWARD_F32 : 0) |
                       (custom->pullback_f32 ? HAS_PULLBACK_F32 : 0));
    put_u32(&call, custom->rank);
    put_text(&call, custom->name);
    list(&call, custom->extents, custom->rank <= ICL_MAX_RANK ? custom->rank : 0,
         sizeof(uint64_t));
  }
  put_u64(&call, (uint64_t)(uintptr_t)custom);
  put_u32(&call, count);
  list(&call, inputs, count, sizeof *inputs);
  return node(b, &call, GRAPH_CUSTOM);
}

static icl_node g_name(icl_builder *b, icl_node a, const char *name) {
  frame call = begin(b);
  put_u32(&call, a);
  put_text(&call, name);
  return node(b, &call, GRAPH_NAME);
}

static void g_begin_scope(icl_builder *b, const char *name) {
  frame call = begin(b);
  put_text(&call, name);
  node(b, &call, GRAPH_BEGIN_SCOPE);
}

static void g_end_scope(icl_builder *b) {
  frame call = begin(b);
  node(b, &call, GRAPH_END_SCOPE);
}

static uint32_t g_shape(icl_builder *b, icl_node a, uint64_t *extents) {
  frame call = begin(b);
  put_u32(&call, a);
  reader answer = {0};
  uint32_t rank = 0;
  if (channel_call(b->channel, &call, GRAPH_SHAPE, &answer) == CALL_RETURNED) {
    rank = get_u32(&answer);
    for (uint32_t axis = 0; axis < rank; axis++) {
      const uint64_t extent = get_u64(&answer);
      if (extents) extents[axis] = extent;
    }
  }
  channel_done(&call);
  return rank;
}

static icl_node g_fail(icl_builder *b, const char *message) {
  frame call = begin(b);
  put_text(&call, message);
  return node(b, &call, GRAPH_FAIL);
}

static void g_output(icl_builder *b, const char *name, icl_node a) {
  frame call = begin(b);
  put_text(&call, name);
  put_u32(&call, a);
  node(b, &call, GRAPH_OUTPUT);
}

icl_graph remote_graph(icl_builder *builder) {
  return (icl_graph){
      .struct_size = sizeof(icl_graph), .builder = builder, .input = g_input,
      .parameter = g_parameter, .constant = g_constant, .scalar = g_scalar, .random = g_random,
      .unary = g_unary, .binary = g_binary, .select = g_select, .einsum = g_einsum,
      .reduce = g_reduce, .reshape = g_reshape, .transpose = g_transpose, .slice = g_slice,
      .concatenate = g_concatenate, .pad = g_pad, .broadcast = g_broadcast, .gather = g_gather,
      .softmax = g_softmax, .cumulative_sum = g_cumulative_sum,
      .linear_recurrence = g_linear_recurrence, .scan = g_scan, .solve = g_solve,
      .custom = g_custom, .name = g_name, .begin_scope = g_begin_scope,
      .end_scope = g_end_scope, .shape = g_shape, .fail = g_fail, .output = g_output,
      .gradient = g_gradient, .cholesky = g_cholesky};
}
