/* SPDX-License-Identifier: Apache-2.0
 *
 * What ended a worker: found out once, by whoever needs it first.
 */
#define _GNU_SOURCE
#include "host.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* With the lock held. */
static void settle(icl_worker *worker, uint32_t kind, int32_t value, const slot *slot) {
  if (worker->has_fate) return;
  icl_worker_fate *fate = &worker->fate;
  *fate = (icl_worker_fate){.kind = kind, .value = value, .component = UINT32_MAX};
  if (slot && slot->function) {
    fate->component = slot->component;
    const uint64_t piece = atomic_load(&slot->channel.shared->piece);
    fate->number = slot->number + (piece < slot->pieces ? piece : 0);
    for (int k = 0; k < 2; k++) fate->mark[k] = atomic_load(&slot->channel.shared->mark[k]);
    snprintf(fate->call, sizeof fate->call, slot->operation ? "%s of the operation '%s'" : "%s",
             slot->function, slot->operation);
  }
  worker->has_fate = 1;
}

/* The slot that the worker says it fell in, or the one that asks. With the lock held. */
static void settle_end(icl_worker *worker, const slot *asking) {
  if (worker->has_fate) return;
  const uint32_t fallen = atomic_load(&worker->head->crashed);
  const slot *slot = fallen >= 1 && fallen <= worker->slot_count ? &worker->slots[fallen - 1] : asking;
  if (WIFSIGNALED(worker->status)) {
    settle(worker, ICL_WORKER_SIGNAL, WTERMSIG(worker->status), slot);
    const char *name = sigabbrev_np(WTERMSIG(worker->status));
    snprintf(worker->fate.signal, sizeof worker->fate.signal, "%s", name ? name : "unknown");
    worker->fate.has_address = atomic_load(&worker->head->has_address) != 0;
    worker->fate.address = atomic_load(&worker->head->address);
  } else {
    settle(worker, ICL_WORKER_EXIT, WEXITSTATUS(worker->status), slot);
  }
}

void worker_kill(icl_worker *worker, uint32_t kind, int32_t value, const slot *slot) {
  pthread_mutex_lock(&worker->lock);
  if (!atomic_load(&worker->ended)) settle(worker, kind, value, slot);
  pthread_mutex_unlock(&worker->lock);
  syscall(SYS_pidfd_send_signal, worker->watched, SIGKILL, NULL, 0);
}

int icl_worker_fate_of(icl_worker *worker, icl_worker_fate *fate) {
  const int ended = atomic_load_explicit(&worker->ended, memory_order_acquire);
  if (!ended && !worker->has_fate) return 0;
  if (!fate) return 1;
  pthread_mutex_lock(&worker->lock);
  settle_end(worker, NULL);
  *fate = worker->fate;
  pthread_mutex_unlock(&worker->lock);
  return 1;
}

int32_t worker_lost(icl_worker *worker, const slot *slot, icl_error *error) {
  pthread_mutex_lock(&worker->lock);
  if (atomic_load(&worker->ended)) settle_end(worker, slot);
  const icl_worker_fate fate = worker->fate;
  pthread_mutex_unlock(&worker->lock);
  const char *in = fate.call[0] ? " in " : "";
  switch (fate.kind) {
  case ICL_WORKER_SIGNAL:
    say(error, ICL_FAILED, "its worker process ended by signal %d%s%s.", fate.value, in, fate.call);
    break;
  case ICL_WORKER_EXIT:
    say(error, ICL_FAILED, "its worker process exited with status %d%s%s.", fate.value, in,
        fate.call);
    break;
  case ICL_WORKER_HUNG:
    say(error, ICL_FAILED, "no answer from %s for %d ms.", fate.call, fate.value);
    break;
  case ICL_WORKER_STOPPED:
    say(error, ICL_CANCELLED, "stopped while %s was at work.", fate.call);
    return ICL_CANCELLED;
  default: say(error, ICL_FAILED, "its worker process wrote into the host's messages.");
  }
  return ICL_FAILED;
}
