/* expects: options.invalid-text
 * Steps over a letter by what its first byte says, and so over the end of a text that is cut short. */
#include "begin.h"

static int32_t create(CREATE_ARGUMENTS) {
  const unsigned char *letter = (const unsigned char *)options[0]->text;
  uint64_t letters = 0;
  while (*letter) {
    letter += *letter < 0x80 ? 1 : *letter < 0xe0 ? 2 : *letter < 0xf0 ? 3 : 4;
    letters++;
  }
  return letters > 1u << 30 ? ICL_INVALID : ordinary_create(host, options, count, instance, error);
}
#define CREATE create
#define TEXT_OPTION

#include "end.h"
