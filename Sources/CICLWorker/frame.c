/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing and reading the bytes of a message. A reader trusts nothing: every length is compared
 * with the message's own size, which was copied out of the shared memory first.
 */
#include "channel.h"

#include <string.h>

static uint64_t aligned(uint64_t offset, uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

frame frame_begin(channel *channel) {
  const uint64_t start = aligned(channel->top, 64);
  return (frame){.channel = channel, .start = start, .end = start,
                 .overflowed = start > channel->region};
}

static uint8_t *room(frame *frame, uint64_t alignment, uint64_t bytes) {
  const uint64_t at = aligned(frame->end, alignment);
  if (frame->overflowed || at > frame->channel->region || bytes > frame->channel->region - at) {
    frame->overflowed = 1;
    return NULL;
  }
  frame->end = at + bytes;
  return frame->channel->memory + at;
}

void put_u32(frame *frame, uint32_t value) {
  uint8_t *place = room(frame, 4, sizeof value);
  if (place) memcpy(place, &value, sizeof value);
}

void put_u64(frame *frame, uint64_t value) {
  uint8_t *place = room(frame, 8, sizeof value);
  if (place) memcpy(place, &value, sizeof value);
}

void put_double(frame *frame, double value) {
  uint8_t *place = room(frame, 8, sizeof value);
  if (place) memcpy(place, &value, sizeof value);
}

void *put_array(frame *frame, const void *source, uint64_t bytes) {
  put_u64(frame, bytes);
  uint8_t *place = room(frame, 64, bytes);
  if (place && source && bytes > 0) memcpy(place, source, bytes);
  return place;
}

void put_text(frame *frame, const char *text) {
  put_u32(frame, text != NULL);
  if (text) put_array(frame, text, strlen(text) + 1);
}

/* Frames begin at multiples of 64, so offsets in a message are aligned as those in the slot. */
static uint8_t *next(reader *reader, uint64_t alignment, uint64_t bytes) {
  const uint64_t at = aligned(reader->at, alignment);
  if (reader->bad || at > reader->size || bytes > reader->size - at) {
    reader->bad = 1;
    return NULL;
  }
  reader->at = at + bytes;
  return reader->bytes + at;
}

uint32_t get_u32(reader *reader) {
  uint32_t value = 0;
  const uint8_t *place = next(reader, 4, sizeof value);
  if (place) memcpy(&value, place, sizeof value);
  return value;
}

uint64_t get_u64(reader *reader) {
  uint64_t value = 0;
  const uint8_t *place = next(reader, 8, sizeof value);
  if (place) memcpy(&value, place, sizeof value);
  return value;
}

double get_double(reader *reader) {
  double value = 0;
  const uint8_t *place = next(reader, 8, sizeof value);
  if (place) memcpy(&value, place, sizeof value);
  return value;
}

void *get_array(reader *reader, uint64_t *bytes) {
  *bytes = get_u64(reader);
  void *place = next(reader, 64, *bytes);
  if (!place) *bytes = 0;
  return place;
}

void *get_elements(reader *reader, uint64_t count, uint64_t element) {
  uint64_t bytes;
  void *place = get_array(reader, &bytes);
  if (!place || bytes / element != count || bytes % element != 0) {
    reader->bad = 1;
    return NULL;
  }
  return place;
}

const char *get_text(reader *reader) {
  if (get_u32(reader) == 0) return NULL;
  uint64_t bytes;
  char *text = get_array(reader, &bytes);
  if (!text || bytes == 0) {
    reader->bad = 1;
    return NULL;
  }
  /* The writer may still be writing, so the end is put here. */
  text[bytes - 1] = 0;
  return text;
}
