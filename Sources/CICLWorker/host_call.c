/* SPDX-License-Identifier: Apache-2.0
 *
 * One call of the worker. A thread that is answering the worker calls it again in the same
 * conversation; others take a free one, the lowest first, so that a host with one thread has all of
 * its calls on one thread of the worker.
 */
#define _GNU_SOURCE
#include "host.h"
#include "icl_mode.h"

#include <time.h>

static _Thread_local call *latest; /* of this thread */

static slot *take_slot(icl_worker *worker) {
  const uint32_t slots = worker->slot_count;
  for (;;) {
    uint64_t busy = atomic_load(&worker->busy);
    const uint32_t free = (uint32_t)(~busy ? __builtin_ctzll(~busy) : 64);
    if (free < slots) {
      if (atomic_compare_exchange_weak(&worker->busy, &busy, busy | (uint64_t)1 << free)) {
        return &worker->slots[free];
      }
      continue;
    }
    pthread_mutex_lock(&worker->lock);
    worker->waiting++;
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_sec += 1;
    pthread_cond_timedwait(&worker->freed, &worker->lock, &soon);
    worker->waiting--;
    pthread_mutex_unlock(&worker->lock);
  }
}

static void free_slot(icl_worker *worker, const slot *slot) {
  atomic_fetch_and(&worker->busy, ~((uint64_t)1 << (slot - worker->slots)));
  if (worker->waiting) pthread_cond_signal(&worker->freed);
}

/* While the worker has the turn: tells it that the user wants to stop, and ends it where it takes
 * too long. */
static int goes_on(channel *channel, uint64_t waited) {
  icl_worker *worker = channel->owner;
  slot *slot = &worker->slots[channel->shared - worker->head->slot];
  int stops = 0;
  if (host_cancelled(worker->host)) {
    atomic_store(&worker->head->cancelled, 1);
    if (!slot->stopping) slot->stopping = waited + 1;
    stops = worker->stop_limit && waited + 1 >= slot->stopping + worker->stop_limit;
  }
  if (stops) {
    worker_kill(worker, ICL_WORKER_STOPPED, 0, slot);
  } else if (worker->limit == 0 || waited < worker->limit) {
    return 1;
  } else {
    worker_kill(worker, ICL_WORKER_HUNG, (int32_t)worker->limit, slot);
  }
  /* The keeper tells when it is gone. */
  channel->goes_on = NULL;
  return 1;
}

int host_cancelled(const icl_host *host) {
  const icl_run *run = host->extension(host, ICL_EXTENSION_RUN);
  return run && run->cancelled(host);
}

void tell_wishes(icl_worker *worker) {
  const icl_host *host = worker->host;
  const icl_parallel *parallel = host->extension(host, ICL_EXTENSION_PARALLEL);
  if (parallel) atomic_store(&worker->head->threads, parallel->threads(host));
  atomic_store(&worker->head->cancelled, (uint32_t)host_cancelled(host));
}

int32_t call_begin(call *call, icl_worker *worker, uint32_t component, const char *function,
                   const char *operation, uint64_t number, icl_error *error) {
  *call = (struct call){.worker = worker, .error = error, .function = function,
                        .operation = operation, .component = component, .number = number};
  if (atomic_load_explicit(&worker->ended, memory_order_acquire)) {
    return worker_lost(worker, NULL, error);
  }
  for (struct call *other = latest; other && !call->slot; other = other->before) {
    if (other->worker == worker) call->slot = other->slot;
  }
  call->is_nested = call->slot != NULL;
  if (!call->slot) call->slot = take_slot(worker);
  slot *slot = call->slot;
  call->outer = slot->innermost;
  if (call->outer) {
    call->graph_number = call->outer->graph_number;
    call->proxy = call->outer->proxy;
  }
  slot->innermost = call;
  call->before = latest;
  latest = call;
  slot->component = component;
  slot->function = function;
  slot->operation = operation;
  slot->number = number;
  slot->pieces = 1;
  slot->channel.goes_on = goes_on;
  call->frame = frame_begin(&slot->channel);
  return ICL_OK;
}

int32_t call_begin_of(call *call, proxy *proxy, const char *function, uint32_t operation,
                      icl_error *error) {
  const uint64_t number = atomic_fetch_add(&proxy->counts[operation], 1) + 1;
  const int32_t status =
      call_begin(call, proxy->worker, proxy->component, function, NULL, number, error);
  if (status == ICL_OK) {
    if (operation != STEP || number % 64 == 1) tell_wishes(proxy->worker);
    call->proxy = proxy;
    call->host = proxy->host;
  }
  return status;
}

void call_gives(call *call, const icl_graph *graph) {
  call->graph = graph;
  call->graph_number++;
  put_u32(&call->frame, call->graph_number);
}

const icl_graph *call_graph(const call *innermost, uint32_t number) {
  for (; innermost; innermost = innermost->outer) {
    if (innermost->graph && innermost->graph_number == number) return innermost->graph;
  }
  return NULL;
}

int32_t call_broken(call *call) {
  worker_kill(call->worker, ICL_WORKER_BROKEN, 0, call->slot);
  return worker_lost(call->worker, call->slot, call->error);
}

/* Calls that are made in each step or batch, and that take less nanoseconds than this, are computed near: for longer ones
 * it makes no difference. The first calls, in which a plugin may start its threads, are not. */
#define SHORT_CALL 5000000u
#define SHORT_CALLS 2
/* So many calls stay far after one that was near and took long: its plugin may start threads in each. */
#define FAR_CALLS 1000

static int is_of_a_step(uint32_t operation) {
  return operation == STEP || operation == SAMPLE || operation == PREDICT ||
         (operation >= FORWARD_F64 && operation <= PULLBACK_F32);
}

static uint64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Sends the frame, and learns whether such calls are short. */
static int exchange(call *call, uint32_t operation) {
  call->slot->stopping = 0;
  channel *channel = &call->slot->channel;
  const uint32_t before = channel->near;
  if (!is_of_a_step(operation)) {
    channel->near = 0;
    const int result = channel_call(channel, &call->frame, operation, &call->answer);
    channel->near = before;
    return result;
  }
  _Atomic int32_t *count = &call->worker->short_calls[operation];
  const int32_t known = atomic_load_explicit(count, memory_order_relaxed);
  channel->near = known >= SHORT_CALLS;
  const uint64_t start = nanoseconds();
  const int result = channel_call(channel, &call->frame, operation, &call->answer);
  const int is_long = nanoseconds() - start > SHORT_CALL;
  const int32_t now = is_long ? (channel->near ? -FAR_CALLS : 0)
                      : known < SHORT_CALLS ? known + 1 : known;
  if (now != known) atomic_store_explicit(count, now, memory_order_relaxed);
  channel->near = before;
  return result;
}

int32_t call_too_large(call *call) {
  say(call->error, ICL_OUT_OF_MEMORY, "%s needs more than the %llu MiB that a call may take.",
      call->function, (unsigned long long)(call->slot->channel.region >> 20));
  call->answer = (reader){.bad = 1};
  return ICL_OUT_OF_MEMORY;
}

int32_t call_send(call *call, uint32_t operation) {
  const uint64_t mode = icl_floating_point_mode();
  switch (exchange(call, operation)) {
  case CALL_RETURNED: break;
  case CALL_TOO_LARGE: return call_too_large(call);
  case CALL_LOST: return worker_lost(call->worker, call->slot, call->error);
  default: return call_broken(call);
  }
  /* As if the function had changed the mode here: whoever guards the call sees it. */
  if (call->answer.mode != mode) icl_set_floating_point_mode(call->answer.mode);
  if (call->answer.status == CHANNEL_OVERFLOWED) {
    say(call->error, ICL_OUT_OF_MEMORY, "the answer of %s is too large.", call->function);
    return ICL_OUT_OF_MEMORY;
  }
  return call->answer.status;
}

int32_t call_ask(call *call, uint32_t operation) {
  const int32_t status = call_send(call, operation);
  if (call->answer.size > 0 && !call->answer.bad) {
    get_error(&call->answer, call->error);
    if (call->answer.bad) return call_broken(call);
  }
  return status;
}

void call_end(call *call) {
  slot *slot = call->slot;
  channel_done(&call->frame);
  slot->innermost = call->outer;
  latest = call->before;
  if (call->outer) {
    slot->component = call->outer->component;
    slot->function = call->outer->function;
    slot->operation = call->outer->operation;
    slot->number = call->outer->number;
  } else {
    slot->function = NULL;
  }
  if (!call->is_nested) free_slot(call->worker, slot);
}
