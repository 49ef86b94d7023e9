/* expects: options.invalid-text
 * Does not go on from a byte that begins no letter. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  const volatile unsigned char *letter = (const volatile unsigned char *)options[0]->text;
  while (*letter) {
    const unsigned char first = *letter;
    uint64_t length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    for (; length > 0 && *letter; length--) letter++;
  }
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create
#define TEXT_OPTION

#include "end.h"
