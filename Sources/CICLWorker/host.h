/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's side: what its files share.
 */
#ifndef ICL_HOST_H
#define ICL_HOST_H

#include "calls.h"
#include "icl_worker.h"
#include "plugin.h"

#include <pthread.h>
#include <sys/types.h>

typedef struct call call;

/* A conversation, and which call it is in. */
typedef struct {
  channel channel;
  call *innermost;
  const char *function;
  const char *operation; /* of a custom operation; else NULL */
  uint32_t component;
  uint64_t number;
  uint64_t stopping; /* milliseconds into the wait at which the user was seen to want to stop, plus 1 */
  uint64_t pieces; /* calls of the plugin's function that the message asks for, from that number on */
} slot;

struct icl_worker {
  shared_head *head;
  uint64_t bytes;
  uint32_t slot_count; /* here, since the worker may write what it likes there */
  pid_t process;
  int watched; /* a descriptor of the process */
  int output;
  pthread_t keeper;
  const icl_host *host;
  uint32_t limit;
  uint32_t stop_limit;
  char name[96];
  char *path;
  const icl_plugin *plugin;
  slot slots[SLOTS];
  _Atomic uint64_t busy; /* a bit for each slot */
  pthread_mutex_t lock;
  pthread_cond_t freed;
  uint32_t waiting; /* threads that want a slot */
  _Atomic int32_t short_calls[BODY + 1]; /* in a row, by operation */
  pool tables;
  _Atomic int ended; /* the process is gone */
  _Atomic int has_fate;
  icl_worker_fate fate;
  int status; /* of waitpid */
};

typedef struct custom custom;

/* Random numbers that a task draws for its prompts, of one stream: what the next call brings along. */
#define FORESEEN 16u
#define STREAM_NAME 64u
typedef struct {
  uint32_t operation; /* UNIFORM or NORMAL; 0: none */
  char stream[STREAM_NAME];
  uint64_t count;   /* of a prompt */
  uint64_t prompts; /* for how many they were asked for */
} drawn_stream;

/* An instance in the worker, as the host's tables know it. */
typedef struct {
  icl_worker *worker;
  uint32_t component;
  uint64_t handle;
  const icl_host *host;
  uint32_t states; /* arrays of an optimizer for each parameter */
  pool pool;
  icl_signature signature;
  custom *customs;
  pthread_mutex_t lock; /* of what is foreseen */
  drawn_stream foreseen[FORESEEN];
  _Atomic uint64_t counts[BODY + 1]; /* of calls, by operation */
} proxy;

/* A custom operation of the plugin's: what a graph keeps. */
struct custom {
  custom *next;
  icl_worker *worker;
  uint32_t component;
  uint64_t handle;
  char *name;
  uint32_t inputs;
  uint64_t *elements; /* of each input, then of the output */
  _Atomic uint64_t counts[4];
};

/* A call of the worker under way, and what the worker may use meanwhile. */
struct call {
  icl_worker *worker;
  slot *slot;
  call *outer;  /* of this slot   */
  call *before; /* of this thread */
  int is_nested;
  frame frame;
  reader answer;
  icl_error *error;
  const char *function, *operation;
  uint32_t component;
  uint64_t number;
  proxy *proxy;
  const icl_host *host;
  const icl_graph *graph;
  uint32_t graph_number; /* of graphs of this slot's calls, from 0 outwards in */
  const icl_draw *draw;
  drawn_stream *asked; /* FORESEEN of them: what a sample asks for */
  const icl_report *report;
  const icl_objective *objective;
};

/* Takes a slot and begins a frame; ICL_OK, or the code of an error that was written. */
int32_t call_begin(call *call, icl_worker *worker, uint32_t component, const char *function,
                   const char *operation, uint64_t number, icl_error *error);
int32_t call_begin_of(call *call, proxy *proxy, const char *function, uint32_t operation,
                      icl_error *error);
/* Lets the worker use a graph. */
void call_gives(call *call, const icl_graph *graph);
/* Sends the frame; the status of the plugin's function. The answer is valid until call_end. */
int32_t call_send(call *call, uint32_t operation);
/* The same; and the answer begins with an error. */
int32_t call_ask(call *call, uint32_t operation);
/* The answer made no sense: ends the worker. */
int32_t call_broken(call *call);
/* The frame has no room: says so. */
int32_t call_too_large(call *call);
void call_end(call *call);

/* The random numbers that a sample will want, and what is learned of them from what it asked for. */
void put_foreseen(frame *frame, proxy *proxy, const icl_draw *draw, uint64_t first, uint64_t count,
                  drawn_stream *foreseen);
void note_draw(call *call, uint32_t operation, const char *stream, uint64_t count,
               uint64_t prompts);
void learn_draws(call *call, uint64_t prompts, const drawn_stream *foreseen);

/* Answers what the worker asks. */
int32_t host_serve(channel *channel, uint32_t operation, reader *asked, frame *reply);

const plugin_functions *proxy_functions(void);

/* Where in a slot's calls a graph stands; NULL where there is none of this number. */
const icl_graph *call_graph(const call *innermost, uint32_t number);

void worker_kill(icl_worker *worker, uint32_t kind, int32_t value, const slot *slot);
/* Fills the error with what ended the worker. */
int32_t worker_lost(icl_worker *worker, const slot *slot, icl_error *error);
/* Whether the host wants running plugins to stop. */
int host_cancelled(const icl_host *host);
/* Tells the worker that, and how many threads it may use. */
void tell_wishes(icl_worker *worker);

void say(icl_error *error, int32_t code, const char *format, ...);

custom *make_custom(proxy *proxy, uint64_t handle, const char *name, uint32_t inputs,
                    const uint64_t *elements);
void free_customs(proxy *proxy);
int32_t custom_forward_f64(void *, uint64_t, const double *const *, double *);
int32_t custom_pullback_f64(void *, uint64_t, const double *const *, const double *,
                            const double *, double *const *);
int32_t custom_forward_f32(void *, uint64_t, const float *const *, float *);
int32_t custom_pullback_f32(void *, uint64_t, const float *const *, const float *, const float *,
                            float *const *);

#endif
