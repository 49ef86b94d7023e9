/* expects: options.empty-text
 * Reads the last letter of an empty text. */
#include "begin.h"

#define TEXT_OPTION
static int32_t create(CREATE_ARGUMENTS) {
  const char *text = options[0]->text;
  if (!*text) abort();
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
