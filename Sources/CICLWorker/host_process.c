/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker's process: it is started by a thread that then reads what the worker prints, and waits
 * for its end. The kernel ends a worker whose starting thread is gone, so that thread stays.
 */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of each slot: address space only; pages come as they are used. */
#define REGION ((uint64_t)8 << 30)
#define LEAST_REGION ((uint64_t)16 << 20)

extern char **environ;

void say(icl_error *error, int32_t code, const char *format, ...) {
  if (!error) return;
  error->code = code;
  error->path[0] = 0;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
}

static int make_memory(icl_worker *worker, uint32_t slots, icl_error *error) {
  struct rlimit limit;
  uint64_t region = REGION;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    while (region >= LEAST_REGION && HEAD_BYTES + slots * region > limit.rlim_cur) region /= 2;
  }
  const int memory = memfd_create("icl-worker", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) {
    say(error, ICL_FAILED, "no shared memory for a worker process: %s.", strerror(errno));
    return -1;
  }
  void *place = MAP_FAILED;
  for (; region >= LEAST_REGION; region /= 2) {
    worker->bytes = HEAD_BYTES + slots * region;
    if (ftruncate(memory, (off_t)worker->bytes) != 0) continue;
    place = mmap(NULL, worker->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory, 0);
    if (place != MAP_FAILED) break;
  }
  /* What the worker does to its size would end the host. */
  if (place == MAP_FAILED ||
      fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    say(error, ICL_OUT_OF_MEMORY, "no address space for a worker process: %s.", strerror(errno));
    close(memory);
    return -1;
  }
  madvise(place, worker->bytes, MADV_DONTDUMP);
  worker->head = place;
  worker->head->protocol = PROTOCOL;
  worker->head->slots = slots;
  worker->head->region = region;
  worker->head->host_process = (uint64_t)getpid();
  return memory;
}

/* A copy whose number is no standard one, so that the child's own are free to be filled. */
static int raised(int descriptor) {
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 16);
  close(descriptor);
  return copy;
}

/* The folder of the Swift runtime that this process has; plugins in Swift find it by name, as they do
 * here, where it is open already. */
static int find_runtime(struct dl_phdr_info *info, size_t size, void *folder) {
  (void)size;
  const char *name = info->dlpi_name, *slash = name ? strrchr(name, '/') : NULL;
  if (!slash || strncmp(slash, "/libswiftCore.so", 16) != 0) return 0;
  *(char **)folder = strndup(name, (size_t)(slash - name));
  return 1;
}

/* This process's environment, with that folder as one in which libraries are looked up. */
static char **make_environment(char **variable) {
  char *folder = NULL;
  *variable = NULL;
  dl_iterate_phdr(find_runtime, &folder);
  size_t count = 0;
  while (environ[count]) count++;
  char **copy = calloc(count + 2, sizeof *copy);
  if (!copy) abort();
  const char *before = getenv("LD_LIBRARY_PATH");
  const int made = !folder   ? -1
                   : before ? asprintf(variable, "LD_LIBRARY_PATH=%s:%s", before, folder)
                            : asprintf(variable, "LD_LIBRARY_PATH=%s", folder);
  size_t kept = 0;
  for (size_t k = 0; k < count; k++) {
    if (made > 0 && strncmp(environ[k], "LD_LIBRARY_PATH=", 16) == 0) continue;
    copy[kept++] = environ[k];
  }
  if (made > 0) copy[kept] = *variable;
  free(folder);
  return copy;
}

typedef struct {
  icl_worker *worker;
  const icl_worker_start *start;
  int memory;
  int result;
  int done;
  pthread_mutex_t lock;
  pthread_cond_t told;
} birth;

static int spawn(icl_worker *worker, const icl_worker_start *start, int memory) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  const int written = raised(ends[1]);
  const int given = start->descriptor >= 0 ? fcntl(start->descriptor, F_DUPFD_CLOEXEC, 16) : -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, written, 1);
  posix_spawn_file_actions_adddup2(&actions, written, 2);
  posix_spawn_file_actions_adddup2(&actions, memory, MEMORY_DESCRIPTOR);
  if (given >= 0) posix_spawn_file_actions_adddup2(&actions, given, GIVEN_DESCRIPTOR);
  posix_spawn_file_actions_addclosefrom_np(
      &actions, given >= 0 ? GIVEN_DESCRIPTOR + 1 : MEMORY_DESCRIPTOR + 1);
  char *variable, **environment = make_environment(&variable);
  int result = posix_spawn(&worker->process, start->arguments[0], &actions, NULL,
                           (char *const *)start->arguments, environment);
  free(variable);
  free(environment);
  posix_spawn_file_actions_destroy(&actions);
  close(written);
  if (given >= 0) close(given);
  worker->output = ends[0];
  if (result == 0) {
    worker->watched = (int)syscall(SYS_pidfd_open, worker->process, 0);
    if (worker->watched < 0) {
      result = errno;
      kill(worker->process, SIGKILL);
      waitpid(worker->process, NULL, 0);
    } else {
      fcntl(worker->watched, F_SETFD, FD_CLOEXEC);
    }
  }
  if (result != 0) close(ends[0]);
  return result;
}

static void write_log(icl_worker *worker, const char *line, size_t length) {
  const icl_log *log = worker->host->extension(worker->host, ICL_EXTENSION_LOG);
  if (!log || length == 0) return;
  char *text = NULL;
  if (asprintf(&text, "%s: %.*s", worker->name, (int)length, line) < 0) return;
  log->write(worker->host, ICL_LOG_INFO, text);
  free(text);
}

/* What the worker prints, on its way to whole lines. */
typedef struct {
  char text[4096];
  size_t length;
} lines;

/* Whether there may be more. */
static int read_lines(icl_worker *worker, lines *lines) {
  const ssize_t got =
      read(worker->output, lines->text + lines->length, sizeof lines->text - lines->length);
  if (got < 0) return errno == EINTR;
  lines->length += (size_t)got;
  char *start = lines->text, *end = lines->text + lines->length, *stop;
  while ((stop = memchr(start, '\n', (size_t)(end - start)))) {
    write_log(worker, start, (size_t)(stop - start));
    start = stop + 1;
  }
  if (got == 0 || (start == lines->text && lines->length == sizeof lines->text)) {
    write_log(worker, start, (size_t)(end - start));
    start = end;
  }
  lines->length = (size_t)(end - start);
  memmove(lines->text, start, lines->length);
  return got > 0;
}

/* The process is gone: everybody who waits for it learns that. */
static void tell_end(icl_worker *worker) {
  while (waitpid(worker->process, &worker->status, 0) < 0 && errno == EINTR) {}
  atomic_store(&worker->ended, 1);
  for (uint32_t k = 0; k < worker->slot_count; k++) {
    atomic_store(&worker->head->slot[k].turn, GONE);
    futex_wake(&worker->head->slot[k].turn);
  }
}

static void *keep(void *argument) {
  birth *birth = argument;
  icl_worker *worker = birth->worker;
  /* Signals are for the host's other threads; the worker inherits the mask until it has said which
   * it ignores. */
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  const int result = spawn(worker, birth->start, birth->memory);
  pthread_mutex_lock(&birth->lock);
  birth->result = result;
  birth->done = 1;
  pthread_cond_signal(&birth->told);
  pthread_mutex_unlock(&birth->lock);
  if (result != 0) return NULL;
  lines *lines = calloc(1, sizeof *lines);
  int reads = lines != NULL;
  for (;;) {
    struct pollfd watched[2] = {{worker->watched, POLLIN, 0},
                                {reads ? worker->output : -1, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0) continue;
    if (watched[1].revents) reads = read_lines(worker, lines);
    else if (watched[0].revents) break;
  }
  if (lines && lines->length > 0) write_log(worker, lines->text, lines->length);
  tell_end(worker);
  free(lines);
  close(worker->output);
  return NULL;
}

icl_worker *icl_worker_launch(const icl_worker_start *start, icl_error *error) {
  icl_worker *worker = calloc(1, sizeof *worker);
  if (!worker) return NULL;
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  uint32_t slots = start->threads ? start->threads : (uint32_t)(processors > 0 ? processors : 1);
  /* Calls that wait for the host while its threads make others. */
  slots = slots + 4 < SLOTS ? slots + 4 : SLOTS;
  worker->host = start->host;
  worker->limit = start->limit;
  worker->stop_limit = start->stop_limit;
  worker->slot_count = slots;
  worker->path = strdup(start->path);
  snprintf(worker->name, sizeof worker->name, "%s", start->name);
  pthread_mutex_init(&worker->lock, NULL);
  pthread_cond_init(&worker->freed, NULL);
  int memory = make_memory(worker, slots, error);
  if (memory < 0) {
    free(worker);
    return NULL;
  }
  memory = raised(memory);
  for (uint32_t k = 0; k < slots; k++) {
    channel_init(&worker->slots[k].channel, worker->head, k, HOST);
    worker->slots[k].channel.serve = host_serve;
    worker->slots[k].channel.owner = worker;
  }
  birth birth = {.worker = worker, .start = start, .memory = memory,
                 .lock = PTHREAD_MUTEX_INITIALIZER, .told = PTHREAD_COND_INITIALIZER};
  birth.result = pthread_create(&worker->keeper, NULL, keep, &birth);
  if (birth.result == 0) {
    pthread_mutex_lock(&birth.lock);
    while (!birth.done) pthread_cond_wait(&birth.told, &birth.lock);
    pthread_mutex_unlock(&birth.lock);
    if (birth.result != 0) pthread_join(worker->keeper, NULL);
  }
  close(memory);
  if (birth.result == 0) return worker;
  say(error, ICL_FAILED, "%s could not be started: %s.", start->arguments[0],
      strerror(birth.result));
  munmap(worker->head, worker->bytes);
  free(worker);
  return NULL;
}

int32_t icl_worker_process(const icl_worker *worker) { return worker->process; }

void icl_worker_finish(icl_worker *worker) {
  syscall(SYS_pidfd_send_signal, worker->watched, SIGKILL, NULL, 0);
  pthread_join(worker->keeper, NULL);
}

void icl_worker_stop(icl_worker *worker) {
  icl_worker_finish(worker);
  close(worker->watched);
  munmap(worker->head, worker->bytes);
  /* The tables, and this, may still be looked at. */
}
