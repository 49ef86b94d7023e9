/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host offers, in the worker: log and progress go to the host, memory is the worker's own,
 * and loops run on the thread that asks, as they may on any number of threads.
 */
#include "serve.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
  arena_block *next;
  void *memory;
};

static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;

static void tell(uint32_t operation, uint32_t level, double fraction, const char *text) {
  channel *channel = current_channel();
  if (!channel) {
    if (operation == LOG) fprintf(stderr, "%s\n", text);
    return;
  }
  frame call = frame_begin(channel);
  put_u32(&call, level);
  put_double(&call, fraction);
  put_text(&call, text);
  reader answer;
  channel_call(channel, &call, operation, &answer);
  channel_done(&call);
}

static void log_write(const icl_host *host, uint32_t level, const char *message) {
  (void)host;
  if (message) tell(LOG, level, 0, message);
}

static void run_progress(const icl_host *host, double fraction, const char *what) {
  (void)host;
  tell(PROGRESS, 0, fraction, what);
}

static int32_t run_cancelled(const icl_host *host) {
  (void)host;
  return atomic_load_explicit(&the_worker.head->cancelled, memory_order_relaxed) != 0;
}

static uint32_t parallel_threads(const icl_host *host) {
  (void)host;
  const uint32_t threads = atomic_load_explicit(&the_worker.head->threads, memory_order_relaxed);
  return threads ? threads : 1;
}

static void parallel_run(const icl_host *host, uint64_t count, void *user,
                         void (*body)(void *user, uint64_t index)) {
  (void)host;
  for (uint64_t index = 0; body && index < count; index++) body(user, index);
}

static void *arena_allocate(const icl_host *host, uint64_t bytes) {
  if (bytes > (uint64_t)1 << 47) return NULL;
  remote_host *owner = (remote_host *)(uintptr_t)host;
  const uint64_t rounded = ((bytes ? bytes : 1) + 63) / 64 * 64;
  void *memory = aligned_alloc(64, rounded);
  arena_block *block = malloc(sizeof *block);
  if (!memory || !block || !owner) {
    free(memory);
    free(block);
    return NULL;
  }
  memset(memory, 0, rounded);
  pthread_mutex_lock(&arena_lock);
  *block = (arena_block){owner->blocks, memory};
  owner->blocks = block;
  pthread_mutex_unlock(&arena_lock);
  return memory;
}

static void arena_release(const icl_host *host, void *memory) {
  remote_host *owner = (remote_host *)(uintptr_t)host;
  arena_block *found = NULL;
  pthread_mutex_lock(&arena_lock);
  for (arena_block **place = &owner->blocks; memory && *place; place = &(*place)->next) {
    if ((*place)->memory != memory) continue;
    found = *place;
    *place = found->next;
    break;
  }
  pthread_mutex_unlock(&arena_lock);
  if (found) {
    free(found->memory);
    free(found);
  } else if (memory) {
    log_write(host, ICL_LOG_WARNING, "a plugin released memory that is not the arena's");
  }
}

static const icl_log log_table = {sizeof(icl_log), 0, log_write};
static const icl_parallel parallel_table = {sizeof(icl_parallel), 0, parallel_threads, parallel_run};
static const icl_arena arena_table = {sizeof(icl_arena), 0, arena_allocate, arena_release};
static const icl_run run_table = {sizeof(icl_run), 0, run_cancelled, run_progress};

static const void *extension(const icl_host *host, const char *id) {
  (void)host;
  if (!id) return NULL;
  if (strcmp(id, ICL_EXTENSION_LOG) == 0) return &log_table;
  if (strcmp(id, ICL_EXTENSION_PARALLEL) == 0) return &parallel_table;
  if (strcmp(id, ICL_EXTENSION_ARENA) == 0) return &arena_table;
  if (strcmp(id, ICL_EXTENSION_RUN) == 0) return &run_table;
  return NULL;
}

remote_host *host_make(void) {
  remote_host *host = calloc(1, sizeof *host);
  if (!host) abort();
  host->host = (icl_host){.struct_size = sizeof(icl_host), .abi_minor = ICL_ABI_MINOR,
                          .name = the_worker.name, .version = the_worker.version,
                          .extension = extension};
  return host;
}

void host_free(remote_host *host) {
  while (host->blocks) {
    arena_block *next = host->blocks->next;
    free(host->blocks->memory);
    free(host->blocks);
    host->blocks = next;
  }
  free(host);
}
