/* expects: protocol.two-instances
 * Keeps an option in a global variable. */
#include "begin.h"

static double shared;
static int32_t create(CREATE_ARGUMENTS) {
  shared = options[0]->real;
  return ordinary_create(host, options, count, instance, error);
}
static int32_t predict(PREDICT_ARGUMENTS) {
  ((state *)instance)->scale = shared;
  return ordinary_predict(instance, task, count, inputs, predictions, error);
}
#define CREATE create
#define PREDICT predict

#include "end.h"
