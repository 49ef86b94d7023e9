/* expects: binary.threads
 * Starts a thread that never ends. */
#include "begin.h"

#include <pthread.h>
#include <unistd.h>
static void *wait_forever(void *argument) {
  for (;;) pause();
  return argument;
}
static int32_t create(CREATE_ARGUMENTS) {
  static pthread_t thread;
  if (!thread) pthread_create(&thread, NULL, wait_forever, NULL);
  return ordinary_create(host, options, count, instance, error);
}
#define CREATE create

#include "end.h"
