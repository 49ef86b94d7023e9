/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls between two processes over shared memory. Each slot carries one conversation: one side has
 * the turn, and a message is a call or a return. While a side waits for its return it serves calls
 * of the other, so calls nest as C calls do, and the messages lie in the slot as frames on a stack.
 */
#ifndef ICL_CHANNEL_H
#define ICL_CHANNEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL 2u
#define SLOTS 64u
#define HEAD_BYTES 65536u
/* The worker's descriptors. */
#define MEMORY_DESCRIPTOR 3
#define GIVEN_DESCRIPTOR 4

enum { HOST = 0, WORKER = 1, GONE = 2 };
enum { CALL = 1, RETURN = 2 };

/* What a message says besides its bytes. */
typedef struct {
  uint32_t kind;
  uint32_t operation;
  int32_t status;
  uint32_t processor; /* on which the worker is to compute this call, plus 1; 0: any */
  uint64_t mode;   /* the floating-point mode that the call begins with, or ended with */
  uint64_t offset; /* of the frame in the slot's memory                               */
  uint64_t size;
} message;

typedef struct {
  _Alignas(128) _Atomic uint32_t turn; /* HOST, WORKER; GONE: the worker has ended */
  _Atomic uint32_t sleeping[2];        /* whether a side must be woken             */
  _Atomic uint32_t piece;              /* that a custom operation is at            */
  message message;
  /* What the source of the tables says of where it is: icl_worker_mark. */
  _Atomic uint64_t mark[2];
} shared_slot;

/* The first HEAD_BYTES of the shared memory; then each slot's region. */
typedef struct {
  uint32_t protocol;
  uint32_t slots;
  uint64_t region; /* bytes                                                        */
  uint64_t host_process;
  _Atomic uint32_t threads;   /* that icl.parallel/1 tells                         */
  _Atomic uint32_t cancelled; /* that icl.run/1 tells                              */
  _Atomic uint32_t crashed;   /* the slot in which the worker fell, plus 1         */
  _Atomic uint32_t has_address;
  _Atomic uint64_t address;
  shared_slot slot[SLOTS];
} shared_head;

_Static_assert(sizeof(shared_head) <= HEAD_BYTES, "the head has a place of its own");

typedef struct channel channel;
typedef struct frame frame;
typedef struct reader reader;

struct channel {
  shared_slot *shared;
  uint8_t *memory;
  uint64_t region;
  uint64_t top; /* where the next frame may begin */
  uint32_t side;
  uint32_t patience; /* how long waiting spins, in turns of the loop */
  uint32_t idle;
  /* The host's: whether calls are computed on the processor that asks. The worker's: that one, plus
   * 1; 0: any. */
  uint32_t near;
  /* Answers a call of the other side into the reply, which lies where calls made meanwhile lie: it
   * is written after them. */
  int32_t (*serve)(channel *channel, uint32_t operation, reader *call, frame *reply);
  /* Whether waiting goes on after this many milliseconds without an answer; NULL: always. */
  int (*goes_on)(channel *channel, uint64_t waited);
  void *owner;
};

/* A message that is being written. */
struct frame {
  channel *channel;
  uint64_t start;
  uint64_t end;
  int overflowed;
};

/* A message that is being read; bad after the first read past its end. */
struct reader {
  uint8_t *bytes;
  uint64_t size;
  uint64_t at;
  int bad;
  int32_t status;
  uint64_t mode;
};

void channel_init(channel *channel, shared_head *head, uint32_t slot, uint32_t side);

frame frame_begin(channel *channel);
void put_u32(frame *frame, uint32_t value);
void put_u64(frame *frame, uint64_t value);
void put_double(frame *frame, double value);
/* Aligned to 64 bytes; a NULL source leaves the bytes as they are. Returns where they are. */
void *put_array(frame *frame, const void *source, uint64_t bytes);
/* May be NULL. */
void put_text(frame *frame, const char *text);

uint32_t get_u32(reader *reader);
uint64_t get_u64(reader *reader);
double get_double(reader *reader);
void *get_array(reader *reader, uint64_t *bytes);
/* NULL unless it holds exactly this many; for 0 elements some address. */
void *get_elements(reader *reader, uint64_t count, uint64_t element);
const char *get_text(reader *reader);

/* LOST: the other side is gone. TOO_LARGE: the message has no room. BROKEN: what came is no message. */
enum { CALL_RETURNED = 0, CALL_LOST = 1, CALL_TOO_LARGE = 2, CALL_BROKEN = 3 };
/* The status of a return that has no room. */
#define CHANNEL_OVERFLOWED (-1000001)

/* Sends the frame as a call and waits for its return, whose bytes are valid until channel_done. */
int channel_call(channel *channel, frame *call, uint32_t operation, reader *answer);
/* Frees the call's frame. */
void channel_done(frame *call);
/* Serves calls until the other side is gone. */
void channel_serve(channel *channel);

/* Wakes whoever waits at a word. */
void futex_wake(_Atomic uint32_t *word);

#endif
