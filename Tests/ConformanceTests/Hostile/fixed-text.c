/* expects: options.huge-text
 * Copies a text into an array of fixed size. */
#include "begin.h"

#define TEXT_OPTION
static int32_t create(CREATE_ARGUMENTS) {
  static char copy[64];
  strcpy(copy, options[0]->text);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
