/* SPDX-License-Identifier: Apache-2.0
 *
 * Random numbers of a task in a worker. They are pure functions of stream, step and prompt, so what
 * most prompts of the last call drew goes along with the next one, and nothing is asked for. Whatever
 * else the plugin draws it asks for, as in the first call.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a call; beyond them the plugin asks. */
#define MOST_FORESEEN ((uint64_t)64 << 20)

void put_foreseen(frame *frame, proxy *proxy, const icl_draw *draw, uint64_t first, uint64_t count,
                  drawn_stream *foreseen) {
  pthread_mutex_lock(&proxy->lock);
  memcpy(foreseen, proxy->foreseen, sizeof proxy->foreseen);
  pthread_mutex_unlock(&proxy->lock);
  uint32_t known = 0;
  uint64_t left = MOST_FORESEEN / sizeof(double);
  while (known < FORESEEN && foreseen[known].operation) {
    const uint64_t each = foreseen[known].count;
    if (count == 0 || each > left / count) break;
    left -= each * count;
    known++;
  }
  if (known < FORESEEN) foreseen[known].operation = 0;
  put_u32(frame, known);
  for (uint32_t k = 0; k < known; k++) {
    const drawn_stream *stream = &foreseen[k];
    put_u32(frame, stream->operation);
    put_text(frame, stream->stream);
    put_u64(frame, stream->count);
    double *values = put_array(frame, NULL, count * stream->count * sizeof *values);
    for (uint64_t prompt = 0; values && prompt < count; prompt++) {
      (stream->operation == UNIFORM ? draw->uniform : draw->normal)(
          draw->state, stream->stream, first + prompt, stream->count,
          values + prompt * stream->count);
    }
  }
}

void note_draw(call *call, uint32_t operation, const char *stream, uint64_t count,
               uint64_t prompts) {
  if (!call->asked || !stream || strlen(stream) >= STREAM_NAME || count == 0) return;
  for (uint32_t k = 0; k < FORESEEN; k++) {
    drawn_stream *known = &call->asked[k];
    if (known->operation == 0) {
      *known = (drawn_stream){operation, "", count, prompts};
      strcpy(known->stream, stream);
      return;
    }
    if (known->operation == operation && known->count == count &&
        strcmp(known->stream, stream) == 0) {
      known->prompts += prompts;
      return;
    }
  }
}

/* Keeps a stream that at least half of the prompts drew from, by its largest count. */
static void keep(drawn_stream *kept, const drawn_stream *drawn, uint64_t prompts) {
  if (drawn->operation == 0 || drawn->prompts < (prompts + 1) / 2) return;
  for (uint32_t k = 0; k < FORESEEN; k++) {
    if (kept[k].operation == 0) {
      kept[k] = *drawn;
      return;
    }
    if (kept[k].operation == drawn->operation && strcmp(kept[k].stream, drawn->stream) == 0) {
      if (kept[k].count < drawn->count) kept[k].count = drawn->count;
      return;
    }
  }
}

void learn_draws(call *call, uint64_t prompts, const drawn_stream *foreseen) {
  drawn_stream kept[FORESEEN] = {0};
  for (uint32_t k = 0; k < FORESEEN && foreseen[k].operation; k++) {
    drawn_stream used = foreseen[k];
    used.prompts = get_u64(&call->answer);
    keep(kept, &used, prompts);
  }
  for (uint32_t k = 0; k < FORESEEN; k++) keep(kept, &call->asked[k], prompts);
  proxy *proxy = call->proxy;
  pthread_mutex_lock(&proxy->lock);
  memcpy(proxy->foreseen, kept, sizeof kept);
  pthread_mutex_unlock(&proxy->lock);
}
