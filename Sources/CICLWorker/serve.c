/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's life: it takes the shared memory, serves each slot on a thread of its own, and ends
 * with the host.
 */
#define _GNU_SOURCE
#include "plugin.h"
#include "serve.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

worker the_worker;

static _Thread_local channel *mine;
static _Thread_local uint32_t depth; /* calls under way on this thread */

channel *current_channel(void) { return mine; }

uint64_t *icl_worker_mark(void) { return mine ? (uint64_t *)mine->shared->mark : NULL; }

icl_error empty_error(void) { return (icl_error){.struct_size = sizeof(icl_error)}; }

void **get_arrays(reader *reader, pool *pool, uint32_t count) {
  void **arrays = pool_array(pool, reader, count, sizeof *arrays);
  uint64_t bytes;
  for (uint32_t k = 0; arrays && k < count; k++) arrays[k] = get_array(reader, &bytes);
  return arrays;
}

static int32_t open_plugin(reader *call, frame *reply);
static int32_t create(reader *call, frame *reply);
static int32_t destroy(reader *call);

static int32_t dispatch(channel *channel, uint32_t operation, reader *call, frame *reply) {
  switch (operation) {
  case OPEN: return open_plugin(call, reply);
  case CREATE: return create(call, reply);
  case DESTROY: return destroy(call);
  case BUILD:
  case DECLARE:
  case LOSS:
  case ORACLE:
  case DECLARE_METRIC: return serve_build(channel, operation, call, reply);
  case PREDICT: return serve_predict(call, reply);
  case SIGNATURE:
  case SAMPLE: return serve_task(channel, operation, call, reply);
  case BEGIN:
  case ACCUMULATE:
  case OBSERVE:
  case FINISH: return serve_metric(channel, operation, call, reply);
  case STEP:
  case MINIMIZE: return serve_optimizer(channel, operation, call, reply);
  case FORWARD_F64:
  case PULLBACK_F64:
  case FORWARD_F32:
  case PULLBACK_F32: return serve_custom(channel, operation, call);
  case BODY: return serve_body(channel, call, reply);
  default: return ICL_FAILED;
  }
}

static int32_t serve(channel *channel, uint32_t operation, reader *call, frame *reply) {
  depth++;
  const int32_t status = dispatch(channel, operation, call, reply);
  depth--;
  return status;
}

/* "/proc/self/fd/4", the bytes of the plugin, the note's reading: all that is the source's. */
static int32_t open_plugin(reader *call, frame *reply) {
  const char *path = get_text(call);
  const char *name = get_text(call), *version = get_text(call);
  const uint32_t lowest = get_u32(call), highest = get_u32(call);
  if (call->bad || !path) return ICL_INVALID;
  strncpy(the_worker.name, name ? name : "", sizeof the_worker.name - 1);
  strncpy(the_worker.version, version ? version : "", sizeof the_worker.version - 1);
  const icl_worker_source *source = the_worker.source;
  icl_error error = empty_error();
  /* Kept: tables may use it until the process ends. */
  the_worker.plugin =
      source->open(source->user, path, &host_make()->host, lowest, highest, &error);
  put_error(reply, &error);
  put_u32(reply, source->changed_mode ? *source->changed_mode : 0);
  put_u32(reply, the_worker.plugin != NULL);
  if (the_worker.plugin) put_plugin(reply, the_worker.plugin);
  return ICL_OK;
}

static const icl_component *component_at(uint32_t index) {
  const icl_plugin *plugin = the_worker.plugin;
  if (!plugin || index >= plugin->component_count) return NULL;
  return (const void *)((const char *)plugin->components +
                        (uint64_t)index * plugin->components->struct_size);
}

static int32_t create(reader *call, frame *reply) {
  pool pool = {0};
  const uint32_t index = get_u32(call);
  uint32_t count;
  const icl_value *const *values = get_values(call, &pool, &count);
  const icl_component *component = component_at(index);
  if (call->bad || !component) {
    pool_free(&pool);
    return ICL_INVALID;
  }
  instance *made = calloc(1, sizeof *made);
  made->component = component;
  made->host = host_make();
  icl_error error = empty_error();
  const icl_worker_source *source = the_worker.source;
  const int32_t status =
      source->create
          ? source->create(source->user, index, &made->host->host, values, count, &made->raw, &error)
          : component->create(&made->host->host, values, count, &made->raw, &error);
  pool_free(&pool);
  put_error(reply, &error);
  if (status != ICL_OK) {
    host_free(made->host);
    free(made);
    return status;
  }
  switch (component->kind) {
  case ICL_MODEL: read_sized(&made->model, sizeof made->model, component->interface); break;
  case ICL_TASK: read_sized(&made->task, sizeof made->task, component->interface); break;
  case ICL_METRIC: read_sized(&made->metric, sizeof made->metric, component->interface); break;
  default: read_sized(&made->optimizer, sizeof made->optimizer, component->interface);
  }
  put_u64(reply, (uint64_t)(uintptr_t)made);
  return ICL_OK;
}

static int32_t destroy(reader *call) {
  instance *made = (instance *)(uintptr_t)get_u64(call);
  if (!made) return ICL_INVALID;
  if (made->raw && made->component->destroy) made->component->destroy(made->raw);
  host_free(made->host);
  free(made);
  return ICL_OK;
}

/* Which call fell is told before the process does. */
static void note_fall(void) {
  if (mine && depth > 0 && the_worker.head) {
    const uint32_t slot = (uint32_t)(mine->shared - the_worker.head->slot);
    uint32_t none = 0;
    atomic_compare_exchange_strong(&the_worker.head->crashed, &none, slot + 1);
  }
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  if ((signal == SIGSEGV || signal == SIGBUS) && info->si_code > 0) {
    atomic_store(&the_worker.head->address, (uint64_t)(uintptr_t)info->si_addr);
    atomic_store(&the_worker.head->has_address, 1);
  }
  note_fall();
  /* SA_RESETHAND put the default back: the instruction faults again, or the signal comes again. */
  if (info->si_code <= 0) raise(signal);
}

static void take_signals(void) {
  /* What stops the host reaches the whole group; the host says what is to happen. */
  const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ};
  for (size_t k = 0; k < sizeof ignored / sizeof *ignored; k++) signal(ignored[k], SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  struct sigaction action = {.sa_sigaction = on_fault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
  for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) sigaction(faults[k], &action, NULL);
  atexit(note_fall);
}

/* A stack on which a fault can be told that is the overflow of the other one. */
static void take_stack(void) {
  const stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
}

static void *serve_slot(void *argument) {
  mine = argument;
  take_stack();
  channel_serve(mine);
  return NULL;
}

static shared_head *take_memory(void) {
  const off_t size = lseek(MEMORY_DESCRIPTOR, 0, SEEK_END);
  if (size < (off_t)HEAD_BYTES) return NULL;
  void *memory = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                      MEMORY_DESCRIPTOR, 0);
  close(MEMORY_DESCRIPTOR);
  if (memory == MAP_FAILED) return NULL;
  madvise(memory, (size_t)size, MADV_DONTDUMP);
  shared_head *head = memory;
  return head->protocol == PROTOCOL && head->slots <= SLOTS ? head : NULL;
}

int icl_worker_serve(const icl_worker_source *source) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  shared_head *head = take_memory();
  if (!head) {
    fprintf(stderr, "this program is started by icl-host, and not by hand.\n");
    return 64;
  }
  /* The host may have ended before it was watched. */
  if ((uint64_t)getppid() != head->host_process) return 0;
  the_worker.source = source;
  the_worker.head = head;
  take_signals();
  setvbuf(stdout, NULL, _IOLBF, 0);
  channel *channels = calloc(head->slots, sizeof *channels);
  if (!channels) return 71;
  for (uint32_t slot = 0; slot < head->slots; slot++) {
    channel_init(&channels[slot], head, slot, WORKER);
    channels[slot].serve = serve;
    pthread_t thread;
    if (slot > 0 && pthread_create(&thread, NULL, serve_slot, &channels[slot]) != 0) return 71;
  }
  serve_slot(&channels[0]);
  return 0;
}
