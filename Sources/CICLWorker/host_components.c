/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of a plugin's tables, for a plugin in a worker: each is one call of it.
 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

const icl_plugin *icl_worker_open(icl_worker *worker, uint32_t lowest, uint32_t highest,
                                  uint32_t *changed_mode, icl_error *error) {
  call call;
  if (call_begin(&call, worker, UINT32_MAX, "opening the library", NULL, 0, error) != ICL_OK) {
    return NULL;
  }
  put_text(&call.frame, worker->path);
  put_text(&call.frame, worker->host->name);
  put_text(&call.frame, worker->host->version);
  put_u32(&call.frame, lowest);
  put_u32(&call.frame, highest);
  const icl_plugin *plugin = NULL;
  const int32_t status = call_ask(&call, OPEN);
  *changed_mode = status == ICL_OK ? get_u32(&call.answer) : 0;
  if (status == ICL_OK && get_u32(&call.answer) != 0) {
    plugin = get_plugin(&call.answer, &worker->tables, proxy_functions());
    if (!plugin) call_broken(&call);
    worker->plugin = plugin;
  }
  call_end(&call);
  return plugin;
}

int32_t icl_worker_create(icl_worker *worker, uint32_t component, const icl_host *host,
                          const icl_value *const *options, uint32_t count, void **instance,
                          icl_error *error) {
  call call;
  int32_t status = call_begin(&call, worker, component, "create", NULL, 0, error);
  if (status != ICL_OK) return status;
  tell_wishes(worker);
  call.host = host;
  put_u32(&call.frame, component);
  put_values(&call.frame, options, count);
  status = call_ask(&call, CREATE);
  if (status == ICL_OK) {
    proxy *made = calloc(1, sizeof *made);
    pthread_mutex_init(&made->lock, NULL);
    made->worker = worker;
    made->component = component;
    made->host = host;
    made->handle = get_u64(&call.answer);
    const icl_component *kind = &worker->plugin->components[component];
    if (kind->kind == ICL_OPTIMIZER) {
      made->states = ((const icl_optimizer *)kind->interface)->state_count;
    }
    *instance = made;
  }
  call_end(&call);
  return status;
}

static int32_t create(const icl_host *host, const icl_value *const *options, uint32_t count,
                      void **instance, icl_error *error) {
  (void)host, (void)options, (void)count, (void)instance;
  say(error, ICL_FAILED, "instances of a worker's components are made by icl_worker_create.");
  return ICL_FAILED;
}

static void destroy(void *instance) {
  proxy *proxy = instance;
  call call;
  if (call_begin_of(&call, proxy, "destroy", DESTROY, NULL) == ICL_OK) {
    put_u64(&call.frame, proxy->handle);
    call_send(&call, DESTROY);
    call_end(&call);
  }
  free_customs(proxy);
  pool_free(&proxy->pool);
  free(proxy);
}

/* Functions that append to a graph; operand: a node that is given, or 0. */
static int32_t build(proxy *proxy, uint32_t operation, const char *function, const icl_graph *g,
                     const icl_signature *task, icl_node operand, icl_node *node,
                     icl_error *error) {
  call call;
  int32_t status = call_begin_of(&call, proxy, function, operation, error);
  *node = 0;
  if (status != ICL_OK) return status;
  put_u64(&call.frame, proxy->handle);
  call_gives(&call, g);
  if (task) put_signature(&call.frame, task);
  if (operand) {
    uint64_t extents[ICL_MAX_RANK];
    put_u32(&call.frame, 1);
    put_u32(&call.frame, operand);
    put_u32(&call.frame, g->shape(g->builder, operand, extents));
  }
  status = call_ask(&call, operation);
  if (call.answer.size > 0) *node = get_u32(&call.answer);
  if (status != ICL_OK && error && error->code == ICL_OK) error->code = status;
  call_end(&call);
  return status;
}

static icl_node model_build(void *instance, const icl_graph *g, const icl_signature *task,
                            icl_error *error) {
  icl_node node;
  build(instance, BUILD, "build", g, task, 0, &node, error);
  return node;
}

static icl_node task_loss(void *instance, const icl_graph *g, icl_node predictions,
                          icl_error *error) {
  icl_node node;
  build(instance, LOSS, "loss", g, NULL, predictions, &node, error);
  return node;
}

static icl_node task_oracle(void *instance, const icl_graph *g, icl_error *error) {
  icl_node node;
  build(instance, ORACLE, "oracle", g, NULL, 0, &node, error);
  return node;
}

static int32_t task_declare(void *instance, const icl_graph *g, icl_error *error) {
  icl_node node;
  return build(instance, DECLARE, "declare", g, NULL, 0, &node, error);
}

static int32_t metric_declare(void *instance, const icl_graph *g, const icl_signature *task,
                              icl_error *error) {
  icl_node node;
  return build(instance, DECLARE_METRIC, "declare", g, task, 0, &node, error);
}

static uint64_t tensor_elements(const icl_tensor_spec *tensor) {
  uint64_t elements = 1;
  for (uint32_t axis = 0; axis < tensor->rank; axis++) elements *= tensor->extents[axis];
  return elements;
}

static int32_t model_predict(void *instance, const icl_signature *task, uint64_t count,
                             const double *const *inputs, double *predictions, icl_error *error) {
  proxy *proxy = instance;
  call call;
  int32_t status = call_begin_of(&call, proxy, "predict", PREDICT, error);
  if (status != ICL_OK) return status;
  frame *frame = &call.frame;
  put_u64(frame, proxy->handle);
  put_signature(frame, task);
  put_u64(frame, count);
  uint32_t arrays = 0;
  for (uint32_t k = 0; k < task->tensor_count; k++) {
    arrays += task->tensors[k]->role == ICL_ROLE_INPUT;
  }
  put_u32(frame, arrays);
  for (uint32_t k = 0, input = 0; k < task->tensor_count; k++) {
    if (task->tensors[k]->role != ICL_ROLE_INPUT) continue;
    put_array(frame, inputs[input++], count * tensor_elements(task->tensors[k]) * sizeof(double));
  }
  const uint64_t bytes = count * task->positions * task->output_dimension * sizeof(double);
  const void *made = put_array(frame, predictions, bytes);
  status = call_ask(&call, PREDICT);
  if (made && status == ICL_OK) memcpy(predictions, made, bytes);
  call_end(&call);
  return status;
}

static int32_t task_signature(void *instance, icl_signature *signature, icl_error *error) {
  proxy *proxy = instance;
  call call;
  int32_t status = call_begin_of(&call, proxy, "signature", SIGNATURE, error);
  if (status != ICL_OK) return status;
  put_u64(&call.frame, proxy->handle);
  status = call_ask(&call, SIGNATURE);
  if (status == ICL_OK) {
    get_signature(&call.answer, &proxy->pool, 1, signature);
    proxy->signature = *signature;
    if (call.answer.bad) status = call_broken(&call);
  }
  call_end(&call);
  return status;
}

struct icl_worker_prompts {
  call call;
  uint64_t first, count;
  drawn_stream foreseen[FORESEEN], asked[FORESEEN];
  double *tensors[];
};

icl_worker_prompts *icl_worker_prompts_begin(void *instance, const icl_draw *draw, uint64_t first,
                                             uint64_t count, icl_error *error) {
  proxy *proxy = instance;
  const icl_signature *signature = &proxy->signature;
  icl_worker_prompts *made =
      calloc(1, sizeof *made + (signature->tensor_count + 1) * sizeof *made->tensors);
  if (!made) abort();
  if (call_begin_of(&made->call, proxy, "sample", SAMPLE, error) != ICL_OK) {
    free(made);
    return NULL;
  }
  frame *frame = &made->call.frame;
  made->first = first;
  made->count = count;
  made->call.draw = draw;
  made->call.asked = made->asked;
  put_u64(frame, proxy->handle);
  put_u64(frame, first);
  put_u64(frame, count);
  put_u32(frame, signature->tensor_count);
  for (uint32_t k = 0; k < signature->tensor_count; k++) {
    made->tensors[k] = put_array(
        frame, NULL, count * tensor_elements(signature->tensors[k]) * sizeof(double));
  }
  if (!frame->overflowed) return made;
  call_too_large(&made->call);
  icl_worker_prompts_end(made);
  return NULL;
}

double *icl_worker_prompts_tensor(icl_worker_prompts *prompts, uint32_t index) {
  return prompts->tensors[index];
}

int32_t icl_worker_prompts_send(icl_worker_prompts *prompts) {
  call *call = &prompts->call;
  put_foreseen(&call->frame, call->proxy, call->draw, prompts->first, prompts->count,
               prompts->foreseen);
  const int32_t status = call_ask(call, SAMPLE);
  if (status == ICL_OK) learn_draws(call, prompts->count, prompts->foreseen);
  return status;
}

void icl_worker_prompts_end(icl_worker_prompts *prompts) {
  call_end(&prompts->call);
  free(prompts);
}

/* With the host's own tensors. */
static int32_t task_sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                           double *const *tensors, icl_error *error) {
  const proxy *proxy = instance;
  const icl_signature *signature = &proxy->signature;
  icl_worker_prompts *prompts = icl_worker_prompts_begin(instance, draw, first, count, error);
  if (!prompts) return error && error->code != ICL_OK ? error->code : ICL_FAILED;
  for (uint32_t k = 0; k < signature->tensor_count; k++) {
    memcpy(prompts->tensors[k], tensors[k],
           count * tensor_elements(signature->tensors[k]) * sizeof(double));
  }
  const int32_t status = icl_worker_prompts_send(prompts);
  for (uint32_t k = 0; status == ICL_OK && k < signature->tensor_count; k++) {
    memcpy(tensors[k], prompts->tensors[k],
           count * tensor_elements(signature->tensors[k]) * sizeof(double));
  }
  icl_worker_prompts_end(prompts);
  return status;
}

/* An evaluation under way in the worker. */
typedef struct {
  proxy *proxy;
  uint64_t handle;
  uint64_t values, losses; /* of one prompt */
} accumulation;

static int32_t metric_begin(void *instance, const icl_signature *task, void **accumulator,
                            icl_error *error) {
  proxy *proxy = instance;
  call call;
  int32_t status = call_begin_of(&call, proxy, "begin", BEGIN, error);
  if (status != ICL_OK) return status;
  put_u64(&call.frame, proxy->handle);
  put_signature(&call.frame, task);
  status = call_ask(&call, BEGIN);
  if (status == ICL_OK) {
    accumulation *begun = malloc(sizeof *begun);
    *begun = (accumulation){proxy, get_u64(&call.answer), task->positions * task->output_dimension,
                            task->positions};
    *accumulator = begun;
  }
  call_end(&call);
  return status;
}

static int32_t metric_accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
  const accumulation *begun = accumulator;
  call call;
  int32_t status = call_begin_of(&call, begun->proxy, "accumulate", ACCUMULATE, error);
  if (status != ICL_OK) return status;
  put_u64(&call.frame, begun->handle);
  put_chunk(&call.frame, chunk, begun->values, begun->losses);
  status = call_ask(&call, ACCUMULATE);
  call_end(&call);
  return status;
}

static int32_t metric_observe(void *accumulator, const icl_snapshot *snapshot, icl_error *error) {
  const accumulation *begun = accumulator;
  call call;
  int32_t status = call_begin_of(&call, begun->proxy, "observe", OBSERVE, error);
  if (status != ICL_OK) return status;
  put_u64(&call.frame, begun->handle);
  put_snapshot(&call.frame, snapshot);
  status = call_ask(&call, OBSERVE);
  call_end(&call);
  return status;
}

static int32_t metric_finish(void *accumulator, const icl_report *report, icl_error *error) {
  accumulation *begun = accumulator;
  call call;
  int32_t status = call_begin_of(&call, begun->proxy, "finish", FINISH, error);
  if (status == ICL_OK) {
    call.report = report;
    put_u64(&call.frame, begun->handle);
    put_u32(&call.frame, report != NULL);
    status = call_ask(&call, FINISH);
    call_end(&call);
  }
  free(begun);
  return status;
}

int32_t icl_worker_steps(void *instance, const icl_update *const *updates, uint32_t count,
                         icl_error *error) {
  proxy *proxy = instance;
  call call;
  int32_t status = call_begin_of(&call, proxy, "step", STEP, error);
  if (status != ICL_OK) return status;
  frame *frame = &call.frame;
  put_u64(frame, proxy->handle);
  put_u32(frame, count);
  pool pool = {0};
  uint64_t arrays = 0;
  for (uint32_t k = 0; k < count; k++) arrays += 1 + proxy->states;
  void **made = pool_take(&pool, (arrays + 1) * sizeof *made);
  uint64_t place = 0;
  for (uint32_t k = 0; k < count; k++) {
    const icl_update *update = updates[k];
    const uint64_t bytes = update->count * (update->element_type == ICL_F32 ? 4 : 8);
    put_u32(frame, update->element_type);
    put_u64(frame, update->step);
    put_double(frame, update->learning_rate_scale);
    put_u64(frame, update->count);
    put_text(frame, update->name);
    put_u32(frame, update->rank);
    put_array(frame, update->extents, update->rank * sizeof *update->extents);
    put_u32(frame, proxy->states);
    put_array(frame, update->gradients, bytes);
    made[place++] = put_array(frame, update->parameters, bytes);
    for (uint32_t array = 0; array < proxy->states; array++) {
      made[place++] = put_array(frame, update->state[array], bytes);
    }
  }
  status = call_ask(&call, STEP);
  /* Those that were done are done, as without a worker. */
  const uint32_t done = call.answer.size > 0 ? get_u32(&call.answer) : 0;
  place = 0;
  for (uint32_t k = 0; k < done && k < count; k++) {
    const icl_update *update = updates[k];
    const uint64_t bytes = update->count * (update->element_type == ICL_F32 ? 4 : 8);
    memcpy(update->parameters, made[place++], bytes);
    for (uint32_t array = 0; array < proxy->states; array++) {
      memcpy(update->state[array], made[place++], bytes);
    }
  }
  pool_free(&pool);
  call_end(&call);
  return status;
}

static int32_t optimizer_step(void *instance, const icl_update *update, icl_error *error) {
  return icl_worker_steps(instance, &update, 1, error);
}

static int32_t optimizer_minimize(void *instance, const icl_objective *objective,
                                  double *parameters, icl_error *error) {
  proxy *proxy = instance;
  call call;
  int32_t status = call_begin_of(&call, proxy, "minimize", MINIMIZE, error);
  if (status != ICL_OK) return status;
  call.objective = objective;
  put_u64(&call.frame, proxy->handle);
  put_u64(&call.frame, objective->count);
  const void *made = put_array(&call.frame, parameters, objective->count * sizeof *parameters);
  status = call_ask(&call, MINIMIZE);
  /* As far as it came, also where it was stopped. */
  if (call.answer.size > 0 && made) {
    memcpy(parameters, made, objective->count * sizeof *parameters);
  }
  call_end(&call);
  return status;
}

const plugin_functions *proxy_functions(void) {
  static const plugin_functions functions = {
      .create = create,
      .destroy = destroy,
      .model = {.struct_size = sizeof(icl_model), .build = model_build, .predict = model_predict},
      .task = {.struct_size = sizeof(icl_task), .signature = task_signature,
               .declare = task_declare, .sample = task_sample, .loss = task_loss,
               .oracle = task_oracle},
      .metric = {.struct_size = sizeof(icl_metric), .begin = metric_begin,
                 .accumulate = metric_accumulate, .finish = metric_finish,
                 .declare = metric_declare, .observe = metric_observe},
      .optimizer = {.struct_size = sizeof(icl_optimizer), .step = optimizer_step,
                    .minimize = optimizer_minimize}};
  return &functions;
}
