/* expects: binary.locale
 * Sets the locale for the whole process. */
#include "begin.h"

#include <locale.h>
static int32_t create(CREATE_ARGUMENTS) {
  setlocale(LC_ALL, "C.UTF-8");
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
