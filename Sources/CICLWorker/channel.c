/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has the turn, and waiting for it.
 *
 * Far calls may be computed on any processor. A side looks at the turn for a few microseconds before
 * it sleeps, since most answers come that fast and waking a process takes longer. Where looking did
 * not help it looks for a shorter time the next time: processors may be shared.
 *
 * Near calls are computed on the processor of the host's thread, which waits for them anyway: one
 * side sleeps, the other goes on in its place. To wake a process on another processor, one that is
 * idle, takes ten times as long (50 to 80 microseconds on a virtual one). Threads that the plugin has
 * from earlier calls stay where they like.
 */
#define _GNU_SOURCE
#include "channel.h"

#include "icl_mode.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Turns of the loop; each takes 15 to 50 ns. */
#define LONGEST_PATIENCE 160u
/* While sleeping, how often to see whether to go on, in milliseconds. */
#define GLANCE 20u

/* Of the worker, before any of its threads goes somewhere. */
static cpu_set_t processors;
static int knows_processors;

void channel_init(channel *channel, shared_head *head, uint32_t slot, uint32_t side) {
  channel->shared = &head->slot[slot];
  channel->region = head->region;
  channel->memory = (uint8_t *)head + HEAD_BYTES + slot * head->region;
  channel->top = 0;
  channel->side = side;
  channel->patience = LONGEST_PATIENCE;
  channel->idle = 0;
  channel->near = 0;
  if (side == WORKER && slot == 0) {
    knows_processors = sched_getaffinity(0, sizeof processors, &processors) == 0;
  }
}

void futex_wake(_Atomic uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

static void futex_wait(_Atomic uint32_t *word, uint32_t value, uint32_t milliseconds) {
  const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000L};
  syscall(SYS_futex, word, FUTEX_WAIT, value, milliseconds ? &time : NULL, NULL, 0);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

enum { MY_TURN = 1, NOBODY = 0, NONSENSE = -1 };

static void stay_on(uint32_t processor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  sched_setaffinity(0, sizeof one, &one);
}

/* The worker's: goes where the next call is to be computed. What fails leaves it where it is. */
static void go_to(channel *channel, uint32_t processor) {
  if (channel->near == processor || !knows_processors) return;
  channel->near = processor;
  if (processor > 0 && processor <= CPU_SETSIZE) stay_on(processor - 1);
  else sched_setaffinity(0, sizeof processors, &processors);
}

/* Whether it is this side's turn; else the other is gone, or waiting was given up, or something else
 * wrote where the turn stands. */
static int await(channel *channel) {
  shared_slot *slot = channel->shared;
  const uint32_t mine = channel->side;
  if (atomic_load_explicit(&slot->turn, memory_order_acquire) == mine) return MY_TURN;
  uint32_t patience = channel->near ? 0 : channel->patience;
  /* One look in sixteen stays long, to find out whether looking helps again. */
  if (!channel->near && patience == 0 && ++channel->idle % 16 == 0) patience = LONGEST_PATIENCE;
  for (uint32_t turn = 0; turn < patience; turn++) {
    if (atomic_load_explicit(&slot->turn, memory_order_acquire) == mine) {
      channel->patience = LONGEST_PATIENCE;
      return MY_TURN;
    }
    relax();
  }
  if (!channel->near) channel->patience = patience / 2;
  /* The host's thread is woken where it sleeps, not on an idle processor. */
  cpu_set_t everywhere;
  const int stays = channel->near && mine == HOST &&
                    sched_getaffinity(0, sizeof everywhere, &everywhere) == 0;
  if (stays) stay_on((uint32_t)sched_getcpu());
  const uint64_t start = channel->goes_on ? now() : 0;
  atomic_store(&slot->sleeping[mine], 1);
  uint32_t turn;
  while ((turn = atomic_load(&slot->turn)) == 1 - mine) {
    futex_wait(&slot->turn, turn, channel->goes_on ? GLANCE : 0);
    if (atomic_load(&slot->turn) != turn) continue;
    if (channel->goes_on && !channel->goes_on(channel, now() - start)) break;
  }
  atomic_store(&slot->sleeping[mine], 0);
  if (stays) sched_setaffinity(0, sizeof everywhere, &everywhere);
  turn = atomic_load(&slot->turn);
  return turn == mine ? MY_TURN : turn > GONE ? NONSENSE : NOBODY;
}

static void give(channel *channel) {
  shared_slot *slot = channel->shared;
  const uint32_t other = 1 - channel->side;
  uint32_t mine = channel->side;
  /* Not over GONE. */
  if (!atomic_compare_exchange_strong(&slot->turn, &mine, other)) return;
  if (atomic_load(&slot->sleeping[other])) futex_wake(&slot->turn);
}

static void send(channel *channel, const frame *frame, uint32_t kind, uint32_t operation,
                 int32_t status, uint64_t mode) {
  const int near = channel->near && channel->side == HOST;
  channel->shared->message = (message){.kind = kind, .operation = operation, .status = status,
                                       .processor = near ? (uint32_t)sched_getcpu() + 1 : 0,
                                       .mode = mode, .offset = frame->start,
                                       .size = frame->end - frame->start};
  give(channel);
}

/* Opens the message that has come: its place must be free memory above ours. */
static int receive(channel *channel, message *header, reader *reader) {
  *header = *(volatile message *)&channel->shared->message;
  if (header->offset % 64 != 0 || header->offset < channel->top ||
      header->offset > channel->region || header->size > channel->region - header->offset) {
    return 0;
  }
  reader->bytes = channel->memory + header->offset;
  reader->size = header->size;
  reader->at = 0;
  reader->bad = 0;
  reader->status = header->status;
  reader->mode = header->mode;
  return 1;
}

/* Answers one call. The floating-point mode is the caller's while it is served. */
static void answer(channel *channel, const message *header, reader *call) {
  const uint64_t top = channel->top;
  const uint64_t before = icl_floating_point_mode();
  channel->top = header->offset + header->size;
  frame reply = frame_begin(channel);
  if (channel->side == WORKER) go_to(channel, header->processor);
  if (before != header->mode && channel->side == WORKER) icl_set_floating_point_mode(header->mode);
  int32_t status = channel->serve(channel, header->operation, call, &reply);
  const uint64_t after = icl_floating_point_mode();
  if (after != before && channel->side == WORKER) icl_set_floating_point_mode(before);
  if (reply.overflowed) {
    reply.start = reply.end = channel->region;
    status = CHANNEL_OVERFLOWED;
  }
  channel->top = top;
  send(channel, &reply, RETURN, header->operation, status, after);
}

int channel_call(channel *channel, frame *call, uint32_t operation, reader *answered) {
  if (call->overflowed) return CALL_TOO_LARGE;
  channel->top = call->end;
  send(channel, call, CALL, operation, 0, icl_floating_point_mode());
  for (;;) {
    const int turn = await(channel);
    if (turn != MY_TURN) return turn == NOBODY ? CALL_LOST : CALL_BROKEN;
    message header;
    reader reader;
    if (!receive(channel, &header, &reader)) return CALL_BROKEN;
    if (header.kind == RETURN) {
      *answered = reader;
      return CALL_RETURNED;
    }
    answer(channel, &header, &reader);
  }
}

void channel_done(frame *call) { call->channel->top = call->start; }

void channel_serve(channel *channel) {
  message header;
  reader reader;
  while (await(channel) == MY_TURN && receive(channel, &header, &reader) && header.kind == CALL) {
    answer(channel, &header, &reader);
  }
}
