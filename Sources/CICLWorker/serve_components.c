/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of the host, made of the plugin's own functions. Buffers lie in the shared memory, where
 * the plugin reads and writes them.
 */
#include "serve.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static instance *get_instance(reader *call) { return (instance *)(uintptr_t)get_u64(call); }

int32_t serve_build(channel *channel, uint32_t operation, reader *call, frame *reply) {
  instance *made = get_instance(call);
  pool pool = {0};
  node_ranks ranks = {0};
  icl_builder builder = {.channel = channel, .number = get_u32(call), .ranks = &ranks};
  const icl_graph graph = remote_graph(&builder);
  icl_signature task = {.struct_size = sizeof task};
  if (operation == BUILD || operation == DECLARE_METRIC) {
    get_signature(call, &pool, 0, &task);
  }
  uint32_t given = 0;
  const icl_node *nodes = operation == LOSS ? get_nodes(call, &pool, &ranks, &given) : NULL;
  icl_error error = empty_error();
  icl_node node = 0;
  int32_t status = ICL_OK;
  if (call->bad || (operation == LOSS && given != 1)) {
    status = ICL_INVALID;
  } else {
    switch (operation) {
    case BUILD: node = made->model.build(made->raw, &graph, &task, &error); break;
    case LOSS: node = made->task.loss(made->raw, &graph, nodes[0], &error); break;
    case ORACLE: node = made->task.oracle(made->raw, &graph, &error); break;
    case DECLARE: status = made->task.declare(made->raw, &graph, &error); break;
    default: status = made->metric.declare(made->raw, &graph, &task, &error); break;
    }
  }
  put_error(reply, &error);
  put_u32(reply, node);
  free(ranks.ranks);
  pool_free(&pool);
  return status;
}

int32_t serve_predict(reader *call, frame *reply) {
  instance *made = get_instance(call);
  pool pool = {0};
  icl_signature task = {.struct_size = sizeof task};
  get_signature(call, &pool, 0, &task);
  const uint64_t count = get_u64(call);
  const uint32_t inputs = get_u32(call);
  void **arrays = get_arrays(call, &pool, inputs);
  uint64_t bytes;
  double *predictions = get_array(call, &bytes);
  icl_error error = empty_error();
  const int32_t status =
      call->bad ? ICL_INVALID
                : made->model.predict(made->raw, &task, count, (const double *const *)arrays,
                                      predictions, &error);
  put_error(reply, &error);
  pool_free(&pool);
  return status;
}

/* Random numbers come from the host. They are pure functions of stream and prompt. Those that the last
 * calls drew come with the call; and where a plugin asks for one prompt after the other, those of the
 * next ones come along: 8, then 64, and so on. A plugin may draw on threads of its own, while the conversation is one. */
#define STREAMS 16
#define STREAM_NAME 64
#define AHEAD 8u
#define MOST_AHEAD ((uint64_t)1 << 19)

typedef struct {
  uint32_t operation;
  char stream[STREAM_NAME];
  uint64_t count, first, prompts;
  double *values;
} drawn;

/* What came with the call, for all of its prompts; a prompt may draw fewer of them. */
typedef struct {
  uint32_t operation;
  const char *stream;
  uint64_t count;
  uint64_t used; /* by how many prompts */
  const double *values;
} foreseen;

typedef struct {
  channel *channel;
  uint64_t first;
  uint64_t end; /* the prompt behind the last of the call */
  foreseen *foreseen;
  uint32_t foreseen_count;
  uint32_t next;
  drawn drawn[STREAMS];
  pthread_mutex_t lock;
} drawing;

static void ask_draw(drawing *drawing, uint32_t operation, const char *stream, uint64_t prompt,
                     uint64_t count, uint64_t prompts, double *values) {
  frame call = frame_begin(drawing->channel);
  put_text(&call, stream);
  put_u64(&call, prompt);
  put_u64(&call, count);
  put_u64(&call, prompts);
  put_u32(&call, values != NULL);
  reader answer = {0};
  if (channel_call(drawing->channel, &call, operation, &answer) == CALL_RETURNED) {
    uint64_t bytes;
    const double *come = get_array(&answer, &bytes);
    if (come && values) memcpy(values, come, bytes);
  }
  channel_done(&call);
}

/* What has come of this stream; NULL where it cannot be kept. */
static drawn *find_drawn(drawing *drawing, uint32_t operation, const char *stream, uint64_t count,
                         uint64_t prompt) {
  if (!stream || strlen(stream) >= STREAM_NAME || count == 0 || count > MOST_AHEAD) return NULL;
  for (uint32_t k = 0; k < STREAMS; k++) {
    drawn *known = &drawing->drawn[k];
    if (known->operation == operation && known->count == count &&
        strcmp(known->stream, stream) == 0) {
      return known;
    }
  }
  drawn *made = &drawing->drawn[drawing->next++ % STREAMS];
  free(made->values);
  *made = (drawn){.operation = operation, .count = count, .first = prompt};
  strcpy(made->stream, stream);
  return made;
}

/* Whether it came with the call. */
static int take_foreseen(drawing *drawing, uint32_t operation, const char *stream, uint64_t prompt,
                         uint64_t count, double *values) {
  if (!stream || prompt < drawing->first || prompt >= drawing->end) return 0;
  for (uint32_t k = 0; k < drawing->foreseen_count; k++) {
    foreseen *known = &drawing->foreseen[k];
    if (known->operation != operation || known->count < count || !values) continue;
    if (strcmp(known->stream, stream) != 0) continue;
    memcpy(values, known->values + (prompt - drawing->first) * known->count,
           count * sizeof *values);
    known->used++;
    return 1;
  }
  return 0;
}

static void draw(void *state, uint32_t operation, const char *stream, uint64_t prompt,
                 uint64_t count, double *values) {
  drawing *drawing = state;
  pthread_mutex_lock(&drawing->lock);
  if (take_foreseen(drawing, operation, stream, prompt, count, values)) {
    pthread_mutex_unlock(&drawing->lock);
    return;
  }
  drawn *known = values ? find_drawn(drawing, operation, stream, count, prompt) : NULL;
  if (!known) {
    ask_draw(drawing, operation, stream, prompt, count, 1, values);
  } else if (prompt < known->first || prompt >= known->first + known->prompts) {
    /* A few may be left out: not every prompt draws as many numbers. */
    const uint64_t next = known->first + known->prompts;
    const int goes_on = known->prompts > 0 && prompt >= next && prompt - next <= AHEAD;
    uint64_t prompts = goes_on ? AHEAD * known->prompts : 1;
    if (prompt < drawing->end && prompts > drawing->end - prompt) prompts = drawing->end - prompt;
    if (prompt >= drawing->end || prompts > MOST_AHEAD / count) prompts = 1;
    free(known->values);
    known->values = malloc(prompts * count * sizeof *values);
    if (!known->values) abort();
    known->first = prompt;
    known->prompts = prompts;
    ask_draw(drawing, operation, stream, prompt, count, prompts, known->values);
  }
  if (known) {
    memcpy(values, known->values + (prompt - known->first) * count, count * sizeof *values);
  }
  pthread_mutex_unlock(&drawing->lock);
}

static void draw_uniform(void *state, const char *stream, uint64_t prompt, uint64_t count,
                         double *values) {
  draw(state, UNIFORM, stream, prompt, count, values);
}

static void draw_normal(void *state, const char *stream, uint64_t prompt, uint64_t count,
                        double *values) {
  draw(state, NORMAL, stream, prompt, count, values);
}

int32_t serve_task(channel *channel, uint32_t operation, reader *call, frame *reply) {
  instance *made = get_instance(call);
  icl_error error = empty_error();
  int32_t status;
  if (operation == SIGNATURE) {
    icl_signature signature = {.struct_size = sizeof signature};
    status = made->task.signature(made->raw, &signature, &error);
    put_error(reply, &error);
    put_signature(reply, &signature);
    return status;
  }
  pool pool = {0};
  const uint64_t first = get_u64(call), count = get_u64(call);
  const uint32_t tensors = get_u32(call);
  void **arrays = get_arrays(call, &pool, tensors);
  drawing state = {.channel = channel, .first = first, .end = first + count,
                   .lock = PTHREAD_MUTEX_INITIALIZER};
  state.foreseen_count = get_u32(call);
  state.foreseen = pool_array(&pool, call, state.foreseen_count, sizeof *state.foreseen);
  for (uint32_t k = 0; k < state.foreseen_count && !call->bad; k++) {
    foreseen *known = &state.foreseen[k];
    known->operation = get_u32(call);
    known->stream = get_text(call);
    known->count = get_u64(call);
    known->values = get_elements(call, count * known->count, sizeof *known->values);
  }
  const icl_draw table = {sizeof table, 0, &state, draw_uniform, draw_normal};
  status = call->bad ? ICL_INVALID
                     : made->task.sample(made->raw, &table, first, count,
                                         (double *const *)arrays, &error);
  put_error(reply, &error);
  for (uint32_t k = 0; k < state.foreseen_count && !call->bad; k++) {
    put_u64(reply, state.foreseen[k].used);
  }
  for (uint32_t k = 0; k < STREAMS; k++) free(state.drawn[k].values);
  pool_free(&pool);
  return status;
}

/* An evaluation under way; its signature lasts as long. */
typedef struct {
  instance *instance;
  void *raw;
  pool pool;
  icl_signature task;
} accumulation;

static void report_values(void *state, const char *name, const char *axis, int64_t first,
                          uint64_t count, const double *values, const double *errors) {
  channel *channel = state;
  frame call = frame_begin(channel);
  put_text(&call, name);
  put_text(&call, axis);
  put_u64(&call, (uint64_t)first);
  put_u64(&call, count);
  const uint64_t bytes = count <= (uint64_t)1 << 32 ? count * sizeof(double) : 0;
  put_u32(&call, values != NULL);
  put_array(&call, values, values ? bytes : 0);
  put_u32(&call, errors != NULL);
  put_array(&call, errors, errors ? bytes : 0);
  reader answer;
  channel_call(channel, &call, REPORT_VALUES, &answer);
  channel_done(&call);
}

static void report_tensor(void *state, const char *name, uint32_t rank, const uint64_t *extents,
                          const char *const *axes, const double *values, const double *errors) {
  channel *channel = state;
  frame call = frame_begin(channel);
  put_text(&call, name);
  put_u32(&call, rank);
  put_u32(&call, extents != NULL);
  put_u32(&call, axes != NULL);
  const uint32_t known = rank <= ICL_MAX_RANK && extents && axes ? rank : 0;
  uint64_t count = rank <= ICL_MAX_RANK && (known || rank == 0) ? 1 : 0;
  for (uint32_t axis = 0; axis < known; axis++) {
    put_u64(&call, extents[axis]);
    put_text(&call, axes[axis]);
    count = !count || extents[axis] > ((uint64_t)1 << 32) / count ? 0 : count * extents[axis];
  }
  put_u32(&call, values != NULL);
  put_array(&call, values, values ? count * sizeof(double) : 0);
  put_u32(&call, errors != NULL);
  put_array(&call, errors, errors ? count * sizeof(double) : 0);
  reader answer;
  channel_call(channel, &call, REPORT_TENSOR, &answer);
  channel_done(&call);
}

int32_t serve_metric(channel *channel, uint32_t operation, reader *call, frame *reply) {
  icl_error error = empty_error();
  int32_t status = ICL_INVALID;
  if (operation == BEGIN) {
    accumulation *begun = calloc(1, sizeof *begun);
    if (!begun) return ICL_OUT_OF_MEMORY;
    begun->instance = get_instance(call);
    begun->task.struct_size = sizeof begun->task;
    get_signature(call, &begun->pool, 1, &begun->task);
    if (!call->bad) {
      status = begun->instance->metric.begin(begun->instance->raw, &begun->task, &begun->raw,
                                             &error);
    }
    put_error(reply, &error);
    put_u64(reply, (uint64_t)(uintptr_t)begun);
    if (status != ICL_OK) {
      pool_free(&begun->pool);
      free(begun);
    }
    return status;
  }
  accumulation *begun = (accumulation *)(uintptr_t)get_u64(call);
  const icl_metric *metric = &begun->instance->metric;
  pool pool = {0};
  if (operation == ACCUMULATE) {
    icl_chunk chunk;
    get_chunk(call, &pool, &chunk);
    if (!call->bad) status = metric->accumulate(begun->raw, &chunk, &error);
  } else if (operation == OBSERVE) {
    icl_snapshot snapshot;
    get_snapshot(call, &pool, &snapshot);
    if (!call->bad) status = metric->observe(begun->raw, &snapshot, &error);
  } else {
    const icl_report report = {sizeof report, 0, channel, report_values, report_tensor};
    status = metric->finish(begun->raw, get_u32(call) ? &report : NULL, &error);
    pool_free(&begun->pool);
    free(begun);
  }
  put_error(reply, &error);
  pool_free(&pool);
  return status;
}

typedef struct {
  channel *channel;
  uint64_t count;
} objective_state;

static int32_t evaluate(void *state, const double *parameters, double *loss, double *gradient) {
  const objective_state *objective = state;
  if (!parameters) return ICL_INVALID;
  frame call = frame_begin(objective->channel);
  put_array(&call, parameters, objective->count * sizeof *parameters);
  put_u32(&call, loss != NULL);
  put_u32(&call, gradient != NULL);
  reader answer = {0};
  int32_t status = ICL_CANCELLED;
  if (channel_call(objective->channel, &call, EVALUATE, &answer) == CALL_RETURNED) {
    status = answer.status;
    const double value = get_double(&answer);
    uint64_t bytes;
    const double *slope = get_array(&answer, &bytes);
    if (loss && status == ICL_OK) *loss = value;
    for (uint64_t k = 0; gradient && slope && k < bytes / sizeof *slope; k++) {
      gradient[k] = slope[k];
    }
  }
  channel_done(&call);
  return status;
}

int32_t serve_optimizer(channel *channel, uint32_t operation, reader *call, frame *reply) {
  instance *made = get_instance(call);
  icl_error error = empty_error();
  int32_t status = ICL_OK;
  if (operation == MINIMIZE) {
    const uint64_t count = get_u64(call);
    double *parameters = get_elements(call, count, sizeof *parameters);
    objective_state state = {channel, count};
    const icl_objective objective = {sizeof objective, 0, &state, count, evaluate};
    status = call->bad ? ICL_INVALID
                       : made->optimizer.minimize(made->raw, &objective, parameters, &error);
    put_error(reply, &error);
    return status;
  }
  const uint32_t updates = get_u32(call);
  pool pool = {0};
  uint32_t done = 0;
  for (; done < updates && status == ICL_OK; done++) {
    uint64_t bytes;
    icl_update update = {.struct_size = sizeof update};
    update.element_type = get_u32(call);
    update.step = get_u64(call);
    update.learning_rate_scale = get_double(call);
    update.count = get_u64(call);
    update.name = get_text(call);
    update.rank = get_u32(call);
    update.extents = get_array(call, &bytes);
    const uint32_t arrays = get_u32(call);
    update.gradients = get_array(call, &bytes);
    update.parameters = get_array(call, &bytes);
    update.state = get_arrays(call, &pool, arrays);
    status = call->bad ? ICL_INVALID : made->optimizer.step(made->raw, &update, &error);
  }
  put_error(reply, &error);
  put_u32(reply, done);
  pool_free(&pool);
  return status;
}

/* The rows of a piece: addresses that move on by the bytes of its prompts. */
typedef struct {
  uint8_t *bytes;
  uint64_t row;
} rows;

static rows get_rows(reader *call, uint64_t count) {
  uint64_t bytes;
  uint8_t *place = get_array(call, &bytes);
  return (rows){place, count ? bytes / count : 0};
}

static int32_t call_custom(const icl_custom *custom, uint32_t operation, uint64_t count,
                           void *const *inputs, void *output, const void *slope,
                           void *const *gradients) {
  switch (operation) {
  case FORWARD_F64:
    return custom->forward_f64(custom->user, count, (const double *const *)inputs, output);
  case FORWARD_F32:
    return custom->forward_f32(custom->user, count, (const float *const *)inputs, output);
  case PULLBACK_F64:
    return custom->pullback_f64(custom->user, count, (const double *const *)inputs, output, slope,
                                (double *const *)gradients);
  default:
    return custom->pullback_f32(custom->user, count, (const float *const *)inputs, output, slope,
                                (float *const *)gradients);
  }
}

int32_t serve_custom(channel *channel, uint32_t operation, reader *call) {
  const icl_custom *custom = (const void *)(uintptr_t)get_u64(call);
  const uint64_t count = get_u64(call), piece = get_u64(call);
  const uint32_t inputs = get_u32(call);
  const int is_pullback = operation == PULLBACK_F64 || operation == PULLBACK_F32;
  const uint32_t arrays = is_pullback ? 2 * inputs + 2 : inputs + 1;
  pool pool = {0};
  rows *given = pool_array(&pool, call, arrays, sizeof *given);
  void **places = pool_array(&pool, call, arrays, sizeof *places);
  for (uint32_t k = 0; given && k < arrays; k++) given[k] = get_rows(call, count);
  int32_t status = call->bad || !places ? ICL_INVALID : ICL_OK;
  uint32_t number = 0;
  for (uint64_t first = 0; status == ICL_OK && first < count; first += piece, number++) {
    atomic_store_explicit(&channel->shared->piece, number, memory_order_relaxed);
    for (uint32_t k = 0; k < arrays; k++) places[k] = given[k].bytes + first * given[k].row;
    status = call_custom(custom, operation, piece < count - first ? piece : count - first, places,
                         places[inputs], is_pullback ? places[inputs + 1] : NULL,
                         places + inputs + 2);
    if (piece == 0) break;
  }
  atomic_store_explicit(&channel->shared->piece, 0, memory_order_relaxed);
  pool_free(&pool);
  return status;
}
