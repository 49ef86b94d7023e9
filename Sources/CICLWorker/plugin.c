/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin.h"

#include <string.h>

/* Larger tables are refused by the host unread. */
#define MOST 4096u

/* How many elements of a table follow: none if it is not to be read. */
static uint32_t put_table(frame *frame, const void *table, uint32_t count, uint64_t known,
                          uint32_t *stride) {
  *stride = 0;
  put_u32(frame, table != NULL);
  put_u32(frame, count);
  if (table && count > 0) memcpy(stride, table, sizeof *stride);
  put_u32(frame, told_size(*stride, known));
  const int readable = table && count <= MOST && told_size(*stride, known) == known;
  put_u32(frame, readable ? count : 0);
  return readable ? count : 0;
}

static void put_options(frame *frame, const icl_option *options, uint32_t count) {
  uint32_t stride;
  count = put_table(frame, options, count, sizeof *options, &stride);
  for (uint32_t k = 0; k < count; k++) {
    icl_option option;
    read_sized(&option, sizeof option, (const char *)options + (uint64_t)k * stride);
    put_array(frame, &option, sizeof option);
    put_text(frame, option.name);
    put_text(frame, option.default_text);
    put_text(frame, option.summary);
    put_text(frame, option.unit);
    put_text(frame, option.choices);
  }
}

static void put_interface(frame *frame, uint32_t kind, const void *interface) {
  put_u32(frame, interface != NULL);
  if (!interface) return;
  uint32_t size, has = 0, number = 0;
  uint64_t known = 0;
  memcpy(&size, interface, sizeof size);
  switch (kind) {
  case ICL_MODEL: {
    icl_model model;
    known = sizeof model;
    read_sized(&model, known, interface);
    has = (model.build ? HAS_BUILD : 0) | (model.predict ? HAS_PREDICT : 0);
    break;
  }
  case ICL_TASK: {
    icl_task task;
    known = sizeof task;
    read_sized(&task, known, interface);
    has = (task.signature ? HAS_SIGNATURE : 0) | (task.declare ? HAS_DECLARE : 0) |
          (task.sample ? HAS_SAMPLE : 0) | (task.loss ? HAS_LOSS : 0) |
          (task.oracle ? HAS_ORACLE : 0);
    break;
  }
  case ICL_METRIC: {
    icl_metric metric;
    known = sizeof metric;
    read_sized(&metric, known, interface);
    number = metric.needs;
    has = (metric.begin ? HAS_BEGIN : 0) | (metric.accumulate ? HAS_ACCUMULATE : 0) |
          (metric.finish ? HAS_FINISH : 0) | (metric.declare ? HAS_DECLARE_METRIC : 0) |
          (metric.observe ? HAS_OBSERVE : 0);
    break;
  }
  case ICL_OPTIMIZER: {
    icl_optimizer optimizer;
    known = sizeof optimizer;
    read_sized(&optimizer, known, interface);
    number = optimizer.state_count;
    has = (optimizer.step ? HAS_STEP : 0) | (optimizer.minimize ? HAS_MINIMIZE : 0);
    break;
  }
  }
  put_u32(frame, told_size(size, known));
  put_u32(frame, has);
  put_u32(frame, number);
}

void put_plugin(frame *frame, const icl_plugin *given) {
  icl_plugin plugin;
  read_sized(&plugin, sizeof plugin, given);
  const uint32_t size = told_size(given->struct_size, sizeof plugin);
  put_u32(frame, size);
  if (size != sizeof plugin) return;
  put_u32(frame, plugin.abi_minor);
  put_text(frame, plugin.name);
  put_text(frame, plugin.version);
  put_text(frame, plugin.license);
  put_text(frame, plugin.url);
  uint32_t stride;
  const uint32_t count = put_table(frame, plugin.components, plugin.component_count,
                                   sizeof(icl_component), &stride);
  for (uint32_t k = 0; k < count; k++) {
    icl_component component;
    read_sized(&component, sizeof component,
               (const char *)plugin.components + (uint64_t)k * stride);
    put_u32(frame, component.kind);
    put_text(frame, component.id);
    put_text(frame, component.version);
    put_text(frame, component.summary);
    put_options(frame, component.options, component.option_count);
    put_u32(frame, component.create != NULL);
    put_interface(frame, component.kind, component.interface);
  }
}

/* Room for a table; its first element says a size that may be wrong. */
static void *get_table(reader *reader, pool *pool, uint64_t known, uint32_t *count,
                       uint32_t *readable) {
  const int is_there = get_u32(reader) != 0;
  *count = get_u32(reader);
  const uint32_t size = get_u32(reader);
  *readable = get_u32(reader);
  if (!is_there || *readable > *count || *readable > MOST) {
    *readable = 0;
    return NULL;
  }
  uint8_t *table = pool_take(pool, (*readable + 1) * known);
  memcpy(table, &size, sizeof size);
  return table;
}

static const icl_option *get_options(reader *reader, pool *pool, uint32_t *count) {
  uint32_t readable;
  icl_option *options = get_table(reader, pool, sizeof *options, count, &readable);
  for (uint32_t k = 0; options && k < readable && !reader->bad; k++) {
    const void *bytes = get_elements(reader, sizeof *options, 1);
    if (!bytes) return NULL;
    memcpy(&options[k], bytes, sizeof *options);
    options[k].struct_size = sizeof *options;
    options[k].name = get_copy(reader, pool);
    options[k].default_text = get_copy(reader, pool);
    options[k].summary = get_copy(reader, pool);
    options[k].unit = get_copy(reader, pool);
    options[k].choices = get_copy(reader, pool);
  }
  return options;
}

#define KEEP(field, bit) \
  if (!(has & (bit))) table->field = NULL

static const void *get_interface(reader *reader, pool *pool, uint32_t kind,
                                 const plugin_functions *functions) {
  if (!get_u32(reader)) return NULL;
  const uint32_t size = get_u32(reader), has = get_u32(reader), number = get_u32(reader);
  switch (kind) {
  case ICL_MODEL: {
    icl_model *table = pool_take(pool, sizeof *table);
    *table = functions->model;
    table->struct_size = size;
    KEEP(build, HAS_BUILD);
    KEEP(predict, HAS_PREDICT);
    return table;
  }
  case ICL_TASK: {
    icl_task *table = pool_take(pool, sizeof *table);
    *table = functions->task;
    table->struct_size = size;
    KEEP(signature, HAS_SIGNATURE);
    KEEP(declare, HAS_DECLARE);
    KEEP(sample, HAS_SAMPLE);
    KEEP(loss, HAS_LOSS);
    KEEP(oracle, HAS_ORACLE);
    return table;
  }
  case ICL_METRIC: {
    icl_metric *table = pool_take(pool, sizeof *table);
    *table = functions->metric;
    table->struct_size = size;
    table->needs = number;
    KEEP(begin, HAS_BEGIN);
    KEEP(accumulate, HAS_ACCUMULATE);
    KEEP(finish, HAS_FINISH);
    KEEP(declare, HAS_DECLARE_METRIC);
    KEEP(observe, HAS_OBSERVE);
    return table;
  }
  case ICL_OPTIMIZER: {
    icl_optimizer *table = pool_take(pool, sizeof *table);
    *table = functions->optimizer;
    table->struct_size = size;
    table->state_count = number;
    KEEP(step, HAS_STEP);
    KEEP(minimize, HAS_MINIMIZE);
    return table;
  }
  }
  return NULL;
}

const icl_plugin *get_plugin(reader *reader, pool *pool, const plugin_functions *functions) {
  icl_plugin *plugin = pool_take(pool, sizeof *plugin);
  plugin->struct_size = get_u32(reader);
  if (plugin->struct_size != sizeof *plugin) return reader->bad ? NULL : plugin;
  plugin->abi_minor = get_u32(reader);
  plugin->name = get_copy(reader, pool);
  plugin->version = get_copy(reader, pool);
  plugin->license = get_copy(reader, pool);
  plugin->url = get_copy(reader, pool);
  uint32_t readable;
  icl_component *components =
      get_table(reader, pool, sizeof *components, &plugin->component_count, &readable);
  for (uint32_t k = 0; components && k < readable && !reader->bad; k++) {
    icl_component *component = &components[k];
    component->struct_size = sizeof *component;
    component->kind = get_u32(reader);
    component->id = get_copy(reader, pool);
    component->version = get_copy(reader, pool);
    component->summary = get_copy(reader, pool);
    component->options = get_options(reader, pool, &component->option_count);
    component->create = get_u32(reader) ? functions->create : NULL;
    component->destroy = functions->destroy;
    component->interface = get_interface(reader, pool, component->kind, functions);
  }
  plugin->components = components;
  return reader->bad ? NULL : plugin;
}
