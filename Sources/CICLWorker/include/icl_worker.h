/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin in a process of its own. The host starts a worker, which opens the plugin, and gets an
 * icl_plugin whose functions have the same meaning as the plugin's: each call goes over shared
 * memory. What is here is the host's side (start, open, create, fate) and the worker's (serve).
 *
 * docs/isolation.md says what is protected, and what it costs.
 */
#ifndef ICL_WORKER_H
#define ICL_WORKER_H

#include <icl/icl.h>

/* ---------------------------------------------------------------------------
 * THE HOST'S SIDE
 */

typedef struct icl_worker icl_worker;

typedef struct icl_worker_start {
  const char *const *arguments; /* of the worker; [0] is the program's path; ended by NULL */
  const char *path;             /* what it is to open: its source decides what that means    */
  int descriptor;               /* handed to the worker, which finds it as number 4; -1: none.
                                   A plugin whose bytes were checked can be opened through it:
                                   path "/proc/self/fd/4" */
  uint32_t threads;             /* calls that may be under way at once; 0: one a processor    */
  uint32_t limit;               /* milliseconds of a call without an answer; 0: no limit      */
  uint32_t stop_limit;          /* the same once the user wants to stop; 0: `limit`           */
  const icl_host *host;         /* whose log gets what the worker prints                      */
  const char *name;             /* stands before what it prints                               */
} icl_worker_start;

/* Starts the process. NULL where that is impossible; the error says why. [any] */
icl_worker *icl_worker_launch(const icl_worker_start *start, icl_error *error);

/* The plugin's table, as in the worker, or NULL with an error. The table lives until the process
 * ends. Like all calls it leaves the floating-point mode as the entry point left it in the worker;
 * changed_mode becomes 1 where the library had changed it before, as it was opened. [main] */
const icl_plugin *icl_worker_open(icl_worker *worker, uint32_t lowest_minor,
                                  uint32_t highest_minor, uint32_t *changed_mode,
                                  icl_error *error);

/* The create function of a component of that table; those in the table itself only fail. [main] */
int32_t icl_worker_create(icl_worker *worker, uint32_t component, const icl_host *host,
                          const icl_value *const *options, uint32_t count, void **instance,
                          icl_error *error);

/* A call of a task's sample, with tensors that lie where the worker writes them: fill them with what
 * they are to hold where the plugin writes nothing, send, read, end. NULL where it cannot be begun; the
 * error says why. [any] */
typedef struct icl_worker_prompts icl_worker_prompts;
icl_worker_prompts *icl_worker_prompts_begin(void *instance, const icl_draw *draw, uint64_t first,
                                             uint64_t count, icl_error *error);
double *icl_worker_prompts_tensor(icl_worker_prompts *prompts, uint32_t index);
int32_t icl_worker_prompts_send(icl_worker_prompts *prompts);
void icl_worker_prompts_end(icl_worker_prompts *prompts);

/* Many updates in one crossing, as step for each; stops at the first that fails. [any] */
int32_t icl_worker_steps(void *instance, const icl_update *const *updates, uint32_t count,
                         icl_error *error);

/* Calls of a custom operation's function for count prompts, of which each call gets `piece`: in one
 * crossing, with buffers that lie where the worker reads them. First the arrays are written: the
 * operation's inputs, in their order; then for a pullback its output, and the gradient of that. What
 * the plugin is to write is NaN before: the output of a forward function (array `inputs`); the
 * gradients of a pullback (array `inputs` + 2 + k). operation: `user` of the icl_custom that the graph
 * got. NULL where it cannot be begun; the status says why. [any] */
typedef struct icl_worker_rows icl_worker_rows;
#define ICL_WORKER_FORWARD_F64 0u
#define ICL_WORKER_PULLBACK_F64 1u
#define ICL_WORKER_FORWARD_F32 2u
#define ICL_WORKER_PULLBACK_F32 3u
icl_worker_rows *icl_worker_rows_begin(void *operation, uint32_t function, uint64_t count,
                                       uint64_t piece, int32_t *status);
void *icl_worker_rows_array(icl_worker_rows *rows, uint32_t index);
/* The status of the first call that fails. */
int32_t icl_worker_rows_send(icl_worker_rows *rows);
void icl_worker_rows_end(icl_worker_rows *rows);

#define ICL_WORKER_ALIVE 0
#define ICL_WORKER_SIGNAL 1  /* value: which                                              */
#define ICL_WORKER_EXIT 2    /* value: the status                                         */
#define ICL_WORKER_HUNG 3    /* value: the limit in milliseconds; it was killed           */
#define ICL_WORKER_STOPPED 5 /* the user wanted to stop, and a call went on; it was killed  */
#define ICL_WORKER_BROKEN 4  /* wrote what no worker writes into shared memory; it was killed */

/* What ended a worker. */
typedef struct icl_worker_fate {
  uint32_t kind;
  int32_t value;
  uint32_t component;     /* of the plugin's table; UINT32_MAX: none                       */
  uint32_t has_address;
  uint64_t address;       /* that a segmentation fault touched                            */
  uint64_t number;        /* which call of this function it was, from 1; 0: between calls */
  uint64_t mark[2];       /* that the worker had set last: icl_worker_mark                 */
  char signal[16];        /* "SEGV"; "" where it was none                                 */
  char call[160];         /* "step", "forward_f64 of the operation 'cube'"; "" between calls */
} icl_worker_fate;

/* Nonzero where the worker has ended, with why. Cheap while it lives. [any] */
int icl_worker_fate_of(icl_worker *worker, icl_worker_fate *fate);

int32_t icl_worker_process(const icl_worker *worker);

/* Ends the process, and frees what no table needs. No call may be under way. [any] */
void icl_worker_stop(icl_worker *worker);

/* Ends the process, and passes on what it had printed; the rest stays. Once, when the host's process
 * ends. [any] */
void icl_worker_finish(icl_worker *worker);

/* ---------------------------------------------------------------------------
 * THE WORKER'S SIDE
 *
 * A program that is started by icl_worker_launch calls icl_worker_serve in its main function and
 * returns what it returns. What "open" means is its own: the first-party worker opens a shared
 * library; another may make the table of a plugin from a description.
 */

typedef struct icl_worker_source {
  void *user;
  /* Set by open where opening a library changed the floating-point mode, which it then puts back. */
  uint32_t *changed_mode;
  /* The plugin's table, which must live until the process ends, or NULL with an error. */
  const icl_plugin *(*open)(void *user, const char *path, const icl_host *host,
                            uint32_t lowest_minor, uint32_t highest_minor, icl_error *error);
  /* Makes an instance; NULL: the create function of the component. For sources whose components
   * are many with one function. */
  int32_t (*create)(void *user, uint32_t component, const icl_host *host,
                    const icl_value *const *options, uint32_t count, void **instance,
                    icl_error *error);
} icl_worker_source;

/* Two numbers in which the source may say what it is doing, for the fate. NULL on a thread that serves
 * no call. [any] */
uint64_t *icl_worker_mark(void);

/* Serves until the host is gone; returns the process's exit status. [main] */
int icl_worker_serve(const icl_worker_source *source);

#endif
