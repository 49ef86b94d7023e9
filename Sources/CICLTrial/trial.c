/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "icl_trial.h"

#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int32_t icl_trial_fork(void) { return fork(); }

static uint64_t *fault_address;

/* The handler is gone by now: the same instruction faults again and ends the process. */
static void note_fault(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  *fault_address = (uint64_t)(uintptr_t)info->si_addr;
}

void icl_trial_watch_faults(uint64_t *address) {
  static char stack[65536];
  const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  fault_address = address;
  sigaltstack(&other, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = note_fault;
  action.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_ONSTACK);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  /* Swift would draw a stack of a process that is to be judged by what ended it. */
  const int others[] = {SIGILL, SIGABRT, SIGFPE, SIGTRAP, SIGQUIT};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) signal(others[i], SIG_DFL);
}

uint64_t icl_trial_heap_bytes(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void icl_trial_fill_heap(int32_t byte) { mallopt(M_PERTURB, byte); }

int32_t icl_trial_nameless_file(void) { return memfd_create("icl-trial", MFD_CLOEXEC); }

void icl_trial_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

static uint64_t mix(uint64_t hash, const void *bytes, size_t count) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < count; i++) hash = (hash ^ byte[i]) * 1099511628211u;
  return hash;
}

uint64_t icl_trial_signal_state(void) {
  uint64_t hash = 14695981039346656037u;
  for (int signal = 1; signal < NSIG; signal++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    if (sigaction(signal, NULL, &action) != 0) continue;
    hash = mix(hash, &action.sa_sigaction, sizeof action.sa_sigaction);
    hash = mix(hash, &action.sa_flags, sizeof action.sa_flags);
    for (int other = 1; other < NSIG; other++) {
      const int masked = sigismember(&action.sa_mask, other);
      hash = mix(hash, &masked, sizeof masked);
    }
  }
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  for (int other = 1; other < NSIG; other++) {
    const int masked = sigismember(&mask, other);
    hash = mix(hash, &masked, sizeof masked);
  }
  return hash;
}

uint32_t icl_trial_umask(void) {
  const mode_t mask = umask(0);
  umask(mask);
  return mask;
}
