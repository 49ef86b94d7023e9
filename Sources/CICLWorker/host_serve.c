/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker asks of the host during a call: graph functions, random numbers, reports,
 * evaluations, log and progress. Texts and lists are copied out of the shared memory before anything
 * reads them.
 */
#include "host.h"

#include <string.h>

/* A list that may be NULL; what the host would not read is not there, so an address will do. */
static void *get_list(reader *asked, pool *pool) {
  static const uint64_t nothing[ICL_MAX_RANK];
  uint64_t bytes;
  const uint32_t is_there = get_u32(asked);
  const void *place = get_array(asked, &bytes);
  if (!is_there) return NULL;
  if (bytes == 0) return (void *)(uintptr_t)nothing;
  if (!place) return NULL;
  /* Never shorter than the host reads of a node of the highest rank. */
  const uint64_t least = sizeof nothing;
  return memcpy(pool_take(pool, bytes > least ? bytes : least), place, bytes);
}

/* A list of nodes that must hold count of them. */
static const icl_node *get_node_list(reader *asked, pool *pool, uint32_t count) {
  static const icl_node nothing[1];
  uint64_t bytes;
  const uint32_t is_there = get_u32(asked);
  const void *place = get_array(asked, &bytes);
  if (!is_there) return NULL;
  if (bytes != (uint64_t)count * sizeof(icl_node)) {
    /* Longer than 65536, which is refused unread. */
    if (bytes != 0 || count <= 65536) asked->bad = 1;
    return count > 65536 ? nothing : NULL;
  }
  if (bytes == 0) return nothing;
  return memcpy(pool_take(pool, bytes), place, bytes);
}

static void put_node(frame *reply, const icl_graph *g, icl_node node) {
  uint64_t extents[ICL_MAX_RANK];
  put_u32(reply, node);
  put_u32(reply, node ? g->shape(g->builder, node, extents) : 0);
}

/* Extents for a rank that the message says; NULL, or at least eight. */
static const uint64_t *get_extents(reader *asked, pool *pool, uint32_t rank) {
  uint64_t bytes;
  const uint32_t is_there = get_u32(asked);
  const void *place = get_array(asked, &bytes);
  if (!is_there) return NULL;
  uint64_t *extents = pool_take(pool, ICL_MAX_RANK * sizeof *extents);
  if (rank > ICL_MAX_RANK) return extents;
  if (bytes != rank * sizeof *extents) {
    asked->bad = 1;
    return NULL;
  }
  if (place && bytes) memcpy(extents, place, bytes);
  return extents;
}

static icl_node constant(const icl_graph *g, reader *asked, pool *pool) {
  const uint32_t rank = get_u32(asked);
  const uint64_t *extents = get_extents(asked, pool, rank);
  const uint32_t is_there = get_u32(asked);
  uint64_t bytes, count = 1;
  const double *values = get_array(asked, &bytes);
  if (asked->bad) return 0;
  if (!is_there) values = NULL;
  else if (!values) values = pool_take(pool, sizeof *values);
  for (uint32_t axis = 0; extents && axis < rank && rank <= ICL_MAX_RANK; axis++) {
    count = count && extents[axis] <= ((uint64_t)1 << 28) / count ? count * extents[axis] : 0;
  }
  if (is_there && bytes != (rank <= ICL_MAX_RANK && (extents || !rank) ? count : 0) * 8) {
    asked->bad = 1;
    return 0;
  }
  return g->constant(g->builder, rank, extents, values);
}

/* The body of a scan goes back to the worker. */
typedef struct {
  uint64_t handle;
  uint32_t carries, slices, shared, outputs;
} scan_body;

static void put_nodes(frame *frame, const icl_graph *g, const icl_node *nodes, uint32_t count) {
  put_u32(frame, count);
  for (uint32_t k = 0; k < count; k++) put_node(frame, g, nodes[k]);
}

static _Thread_local const call *asking; /* whose answer this thread is computing */

static void run_body(void *user, const icl_graph *g, const icl_node *carry, const icl_node *slices,
                     const icl_node *shared, icl_node *next, icl_node *outputs) {
  const scan_body *body = user;
  const call *outer = asking;
  call call;
  if (!outer || call_begin(&call, outer->worker, outer->component, outer->function, NULL,
                           outer->number, outer->error) != ICL_OK) {
    g->fail(g->builder, "the worker process has ended");
    return;
  }
  call.proxy = outer->proxy;
  call.host = outer->host;
  put_u64(&call.frame, body->handle);
  call_gives(&call, g);
  put_nodes(&call.frame, g, carry, body->carries);
  put_nodes(&call.frame, g, slices, body->slices);
  put_nodes(&call.frame, g, shared, body->shared);
  const int32_t status = call_send(&call, BODY);
  const uint64_t made = (uint64_t)body->carries + body->outputs;
  const icl_node *nodes =
      status == ICL_OK ? get_elements(&call.answer, made, sizeof *nodes) : NULL;
  if (nodes) {
    memcpy(next, nodes, body->carries * sizeof *nodes);
    memcpy(outputs, nodes + body->carries, body->outputs * sizeof *nodes);
  } else {
    g->fail(g->builder, "the worker process has ended");
  }
  call_end(&call);
}

static void scan(const icl_graph *g, reader *asked, pool *pool, frame *reply) {
  const uint32_t is_there = get_u32(asked), has_results = get_u32(asked), size = get_u32(asked);
  const uint32_t has_body = get_u32(asked);
  icl_scan scan = {.struct_size = size};
  scan.reverse = get_u32(asked);
  scan.carry_count = get_u32(asked);
  scan.sequence_count = get_u32(asked);
  scan.shared_count = get_u32(asked);
  scan.output_count = get_u32(asked);
  scan.initial = get_node_list(asked, pool, scan.carry_count);
  scan.sequences = get_node_list(asked, pool, scan.sequence_count);
  scan.shared = get_node_list(asked, pool, scan.shared_count);
  scan.length = get_u64(asked);
  scan_body body = {get_u64(asked), scan.carry_count, scan.sequence_count, scan.shared_count,
                    scan.output_count};
  if (asked->bad) return;
  scan.user = &body;
  scan.body = has_body ? run_body : NULL;
  const uint64_t made = (uint64_t)scan.carry_count + scan.output_count;
  const uint32_t count = made <= 2048 ? (uint32_t)made : 0;
  icl_node *results = pool_take(pool, 2048 * sizeof *results);
  g->scan(g->builder, is_there ? &scan : NULL, has_results ? results : NULL);
  put_nodes(reply, g, results, has_results && is_there ? count : 0);
}

static icl_node custom_node(const icl_graph *g, const call *call, reader *asked, pool *pool) {
  icl_custom operation = {0};
  uint32_t has = 0;
  const uint32_t is_there = get_u32(asked);
  operation.struct_size = get_u32(asked);
  if (is_there && operation.struct_size >= sizeof operation) {
    has = get_u32(asked);
    operation.rank = get_u32(asked);
    operation.name = get_copy(asked, pool);
    operation.extents = get_extents(asked, pool, operation.rank);
  }
  const uint64_t handle = get_u64(asked);
  const uint32_t count = get_u32(asked);
  const icl_node *inputs = get_node_list(asked, pool, count);
  if (asked->bad || !call->proxy) return 0;
  /* How much a call carries: of each input, and of the output. */
  const uint32_t known = inputs && count <= 65536 ? count : 0;
  uint64_t *elements = pool_take(pool, (known + 1) * sizeof *elements);
  for (uint32_t k = 0; k <= known; k++) {
    uint64_t given[ICL_MAX_RANK];
    const uint64_t *extents = given;
    uint32_t rank = operation.rank <= ICL_MAX_RANK && operation.extents ? operation.rank : 0;
    if (k < known) rank = inputs[k] ? g->shape(g->builder, inputs[k], given) : 0;
    else extents = operation.extents;
    elements[k] = 1;
    for (uint32_t axis = 0; axis < rank; axis++) elements[k] *= extents[axis];
  }
  if (handle) operation.user = make_custom(call->proxy, handle, operation.name, known, elements);
  if (has & HAS_FORWARD_F64) operation.forward_f64 = custom_forward_f64;
  if (has & HAS_PULLBACK_F64) operation.pullback_f64 = custom_pullback_f64;
  if (has & HAS_FORWARD_F32) operation.forward_f32 = custom_forward_f32;
  if (has & HAS_PULLBACK_F32) operation.pullback_f32 = custom_pullback_f32;
  return g->custom(g->builder, is_there ? &operation : NULL, count, inputs);
}

/* The functions that return a node. */
static icl_node graph_node(const icl_graph *g, const call *call, uint32_t operation, reader *asked,
                           pool *pool) {
  icl_builder *b = g->builder;
  /* Arguments in their order; C leaves open in which order arguments of a call are evaluated. */
  uint32_t n[5] = {0};
  const char *text = NULL;
  switch (operation) {
  case GRAPH_INPUT:
  case GRAPH_FAIL:
    text = get_copy(asked, pool);
    if (asked->bad) return 0;
    return operation == GRAPH_INPUT ? g->input(b, text) : g->fail(b, text);
  case GRAPH_PARAMETER:
    text = get_copy(asked, pool);
    n[0] = get_u32(asked);
    return asked->bad ? 0 : g->parameter(b, text, n[0]);
  case GRAPH_CONSTANT: return constant(g, asked, pool);
  case GRAPH_SCALAR: {
    const double value = get_double(asked);
    return asked->bad ? 0 : g->scalar(b, value);
  }
  case GRAPH_RANDOM: {
    n[0] = get_u32(asked);
    n[1] = get_u32(asked);
    text = get_copy(asked, pool);
    n[2] = get_u32(asked);
    const uint64_t *extents = get_extents(asked, pool, n[2]);
    return asked->bad ? 0 : g->random(b, n[0], n[1], text, n[2], extents);
  }
  case GRAPH_EINSUM:
    text = get_copy(asked, pool);
    n[0] = get_u32(asked);
    n[1] = get_u32(asked);
    return asked->bad ? 0 : g->einsum(b, text, n[0], n[1]);
  case GRAPH_REDUCE: {
    for (int k = 0; k < 3; k++) n[k] = get_u32(asked);
    const uint32_t *axes = get_list(asked, pool);
    n[3] = get_u32(asked);
    return asked->bad ? 0 : g->reduce(b, n[0], n[1], n[2], axes, n[3]);
  }
  case GRAPH_RESHAPE:
  case GRAPH_BROADCAST: {
    n[0] = get_u32(asked);
    n[1] = get_u32(asked);
    const uint64_t *extents = get_extents(asked, pool, n[1]);
    if (asked->bad) return 0;
    return operation == GRAPH_RESHAPE ? g->reshape(b, n[0], n[1], extents)
                                      : g->broadcast(b, n[0], n[1], extents);
  }
  case GRAPH_TRANSPOSE: {
    n[0] = get_u32(asked);
    const uint32_t *permutation = get_list(asked, pool);
    return asked->bad ? 0 : g->transpose(b, n[0], permutation);
  }
  case GRAPH_SLICE: {
    n[0] = get_u32(asked);
    const uint64_t *start = get_list(asked, pool), *stop = get_list(asked, pool);
    const uint64_t *stride = get_list(asked, pool);
    return asked->bad ? 0 : g->slice(b, n[0], start, stop, stride);
  }
  case GRAPH_CONCATENATE: {
    n[0] = get_u32(asked);
    const icl_node *nodes = get_node_list(asked, pool, n[0]);
    n[1] = get_u32(asked);
    return asked->bad ? 0 : g->concatenate(b, n[0], nodes, n[1]);
  }
  case GRAPH_PAD: {
    n[0] = get_u32(asked);
    const uint64_t *before = get_list(asked, pool), *after = get_list(asked, pool);
    const double value = get_double(asked);
    return asked->bad ? 0 : g->pad(b, n[0], before, after, value);
  }
  case GRAPH_CUSTOM: return custom_node(g, call, asked, pool);
  case GRAPH_NAME:
    n[0] = get_u32(asked);
    text = get_copy(asked, pool);
    return asked->bad ? 0 : g->name(b, n[0], text);
  }
  for (int k = 0; k < 4 && asked->at < asked->size; k++) n[k] = get_u32(asked);
  if (asked->bad) return 0;
  switch (operation) {
  case GRAPH_UNARY: return g->unary(b, n[0], n[1]);
  case GRAPH_BINARY: return g->binary(b, n[0], n[1], n[2]);
  case GRAPH_SELECT: return g->select(b, n[0], n[1], n[2]);
  case GRAPH_GATHER: return g->gather(b, n[0], n[1], n[2]);
  case GRAPH_SOFTMAX: return g->softmax(b, n[0], n[1], n[2]);
  case GRAPH_CUMULATIVE_SUM: return g->cumulative_sum(b, n[0], n[1], n[2], n[3]);
  case GRAPH_LINEAR_RECURRENCE: return g->linear_recurrence(b, n[0], n[1], n[2]);
  case GRAPH_SOLVE: return g->solve(b, n[0], n[1]);
  case GRAPH_GRADIENT: return g->gradient(b, n[0], n[1]);
  case GRAPH_CHOLESKY: return g->cholesky(b, n[0]);
  }
  asked->bad = 1;
  return 0;
}

static void graph_call(const call *call, uint32_t operation, reader *asked, frame *reply) {
  const icl_graph *g = call_graph(call, get_u32(asked));
  if (!g) {
    asked->bad = 1;
    return;
  }
  pool pool = {0};
  const struct call *before = asking;
  asking = call;
  switch (operation) {
  case GRAPH_SCAN: scan(g, asked, &pool, reply); break;
  case GRAPH_BEGIN_SCOPE: g->begin_scope(g->builder, get_copy(asked, &pool)); break;
  case GRAPH_END_SCOPE: g->end_scope(g->builder); break;
  case GRAPH_SHAPE: {
    uint64_t extents[ICL_MAX_RANK];
    const uint32_t rank = g->shape(g->builder, get_u32(asked), extents);
    put_u32(reply, rank);
    for (uint32_t axis = 0; axis < rank; axis++) put_u64(reply, extents[axis]);
    break;
  }
  case GRAPH_OUTPUT: {
    const char *name = get_copy(asked, &pool);
    const icl_node node = get_u32(asked);
    if (!asked->bad) g->output(g->builder, name, node);
    break;
  }
  default: {
    const icl_node node = graph_node(g, call, operation, asked, &pool);
    if (!asked->bad) put_node(reply, g, node);
  }
  }
  asking = before;
  pool_free(&pool);
}

static void draw(call *call, uint32_t operation, reader *asked, frame *reply) {
  pool pool = {0};
  const icl_draw *draw = call->draw;
  const char *stream = get_copy(asked, &pool);
  const uint64_t prompt = get_u64(asked), count = get_u64(asked), prompts = get_u64(asked);
  const uint32_t is_there = get_u32(asked);
  if (asked->bad || !draw) {
    asked->bad = 1;
  } else {
    /* More than there is room for cannot be written; without values nothing is. */
    const uint64_t room = (call->slot->channel.region - reply->end) / sizeof(double);
    double *values = NULL;
    const int fits = count < room && prompts > 0 && (count + 16) <= room / prompts;
    if (is_there && fits) note_draw(call, operation, stream, count, prompts);
    if (is_there && fits) values = put_array(reply, NULL, prompts * count * sizeof(double));
    for (uint64_t k = 0; k < (fits ? prompts : 1); k++) {
      (operation == UNIFORM ? draw->uniform : draw->normal)(draw->state, stream, prompt + k, count,
                                                            values ? values + k * count : NULL);
    }
  }
  pool_free(&pool);
}

static void report(const call *call, uint32_t operation, reader *asked) {
  const icl_report *report = call->report;
  if (!report) {
    asked->bad = 1;
    return;
  }
  pool pool = {0};
  uint64_t extents[ICL_MAX_RANK] = {0}, bytes, wrong, count = 1;
  const char *axes[ICL_MAX_RANK] = {0}, *axis = NULL;
  const char *name = get_copy(asked, &pool);
  uint32_t rank = 0, has_extents = 0, has_axes = 0;
  int64_t first = 0;
  if (operation == REPORT_VALUES) {
    axis = get_copy(asked, &pool);
    first = (int64_t)get_u64(asked);
    count = get_u64(asked);
  } else {
    rank = get_u32(asked);
    has_extents = get_u32(asked);
    has_axes = get_u32(asked);
    for (uint32_t k = 0; k < rank && rank <= ICL_MAX_RANK && has_extents && has_axes; k++) {
      extents[k] = get_u64(asked);
      axes[k] = get_copy(asked, &pool);
      count = !count || extents[k] > ((uint64_t)1 << 32) / count ? 0 : count * extents[k];
    }
  }
  const uint32_t has_values = get_u32(asked);
  const double *values = get_array(asked, &bytes);
  const uint32_t has_errors = get_u32(asked);
  const double *errors = get_array(asked, &wrong);
  /* What is too long is refused unread, and was not sent. */
  const int sent = count <= (uint64_t)1 << 32 && rank <= ICL_MAX_RANK &&
                   (rank == 0 || (has_extents && has_axes));
  const uint64_t expected = sent ? count * sizeof(double) : 0;
  if (asked->bad || (has_values && bytes != expected) || (has_errors && wrong != expected)) {
    asked->bad = 1;
  } else if (operation == REPORT_VALUES) {
    report->values(report->state, name, axis, first, count, has_values ? values : NULL,
                   has_errors ? errors : NULL);
  } else {
    report->tensor(report->state, name, rank, has_extents ? extents : NULL, has_axes ? axes : NULL,
                   has_values ? values : NULL, has_errors ? errors : NULL);
  }
  pool_free(&pool);
}

static int32_t evaluate(const call *call, reader *asked, frame *reply) {
  const icl_objective *objective = call->objective;
  const uint64_t count = objective ? objective->count : 0;
  const double *parameters = get_elements(asked, count, sizeof *parameters);
  const uint32_t has_loss = get_u32(asked), has_gradient = get_u32(asked);
  if (asked->bad || !objective) {
    asked->bad = 1;
    return ICL_INVALID;
  }
  /* The host may call the worker meanwhile, so the answer's place is not free yet. */
  pool pool = {0};
  double loss = 0;
  double *gradient = has_gradient ? pool_take(&pool, count * sizeof *gradient) : NULL;
  const int32_t status =
      objective->evaluate(objective->state, parameters, has_loss ? &loss : NULL, gradient);
  put_double(reply, loss);
  put_array(reply, gradient, gradient && status == ICL_OK ? count * sizeof *gradient : 0);
  pool_free(&pool);
  return status;
}

static void tell(const call *call, uint32_t operation, reader *asked) {
  pool pool = {0};
  const uint32_t level = get_u32(asked);
  const double fraction = get_double(asked);
  const char *text = get_copy(asked, &pool);
  const icl_host *host = call->host ? call->host : call->worker->host;
  if (!asked->bad && operation == LOG) {
    const icl_log *log = host->extension(host, ICL_EXTENSION_LOG);
    if (log) log->write(host, level, text);
  } else if (!asked->bad) {
    const icl_run *run = host->extension(host, ICL_EXTENSION_RUN);
    if (run) run->progress(host, fraction, text);
  }
  pool_free(&pool);
}

int32_t host_serve(channel *channel, uint32_t operation, reader *asked, frame *reply) {
  icl_worker *worker = channel->owner;
  const slot *slot = &worker->slots[channel->shared - worker->head->slot];
  call *call = slot->innermost;
  int32_t status = ICL_OK;
  switch (operation) {
  case LOG:
  case PROGRESS: tell(call, operation, asked); break;
  case UNIFORM:
  case NORMAL: draw(call, operation, asked, reply); break;
  case EVALUATE: status = evaluate(call, asked, reply); break;
  case REPORT_VALUES:
  case REPORT_TENSOR: report(call, operation, asked); break;
  default:
    if (operation >= GRAPH_INPUT && operation <= GRAPH_CHOLESKY) {
      graph_call(call, operation, asked, reply);
    } else {
      asked->bad = 1;
    }
  }
  if (asked->bad) worker_kill(worker, ICL_WORKER_BROKEN, 0, slot);
  return status;
}
