/* The oldest host: offers exactly what icl.h 1.0 has, no extension, and every struct with its last
 * byte before a guard page. Drives every component of a plugin from create to destroy. */
#define _GNU_SOURCE
#include "oldest_host.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void give_up(const char *what, const char *why) {
  printf("FAILED %s: %s\n", what, why);
  exit(1);
}

void *guarded(uint64_t size) {
  const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  const uint64_t room = (size + page - 1) / page * page;
  char *start = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) give_up("mmap", "no memory");
  mprotect(start + room, page, PROT_NONE);
  return start + room - size;
}

static const void *no_extension(const icl_host *host, const char *id) {
  (void)host; (void)id;
  return NULL;
}

static void parse(icl_value *value, const icl_option *option) {
  const char *text = option->default_text;
  value->struct_size = sizeof *value;
  value->type = option->type;
  value->text = text;
  switch (option->type) {
    case ICL_INTEGER: value->integer = strtoll(text, NULL, 10); value->real = (double)value->integer; break;
    case ICL_REAL: value->real = strtod(text, NULL); break;
    case ICL_BOOLEAN: value->integer = strcmp(text, "true") == 0; break;
    case ICL_CHOICE: {
      const size_t length = strlen(text);
      for (const char *place = option->choices; place; value->integer++) {
        const char *end = strchr(place, '|');
        if ((end ? (size_t)(end - place) : strlen(place)) == length && !strncmp(place, text, length))
          return;
        place = end ? end + 1 : NULL;
      }
      give_up(option->name, "the default is none of the choices");
    }
    case ICL_REALS: {
      double *reals = calloc(strlen(text) + 1, sizeof *reals);
      char *end;
      for (const char *place = text; *place; place = *end == ',' ? end + 1 : end) {
        reals[value->count++] = strtod(place, &end);
        if (end == place) give_up(option->name, "the default is no list of numbers");
      }
      value->reals = reals;
    }
  }
}

const icl_value *const *default_values(const icl_component *component) {
  const icl_value **values = guarded((component->option_count + 1) * sizeof *values);
  const char *place = (const char *)component->options;
  for (uint32_t i = 0; i < component->option_count; i++) {
    /* The stride is that of the plugin, which may be younger. */
    const icl_option *option = (const icl_option *)(place + i * component->options->struct_size);
    icl_value *value = guarded(sizeof *value);
    parse(value, option);
    values[i] = value;
  }
  return values;
}

int main(int count, char **arguments) {
  if (count != 2) give_up("usage", "oldest_host PLUGIN");
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) give_up(arguments[1], dlerror());
  typedef const icl_plugin *entry_function(const icl_host *, uint32_t, uint32_t, icl_error *);
  entry_function *entry = (entry_function *)dlsym(library, "icl_plugin_v1");
  if (!entry) give_up(arguments[1], "it has no icl_plugin_v1");

  icl_host *host = guarded(sizeof *host);
  *host = (icl_host){.struct_size = sizeof *host, .name = "oldest", .version = "1.0",
                     .extension = no_extension};
  icl_error *error = guarded(sizeof *error);
  error->struct_size = sizeof *error;
  const icl_plugin *plugin = entry(host, 0, 0, error);
  if (!plugin) give_up("icl_plugin_v1", error->message);
  if (plugin->struct_size < sizeof *plugin || plugin->abi_minor != 0)
    give_up(plugin->name, "it needs a younger host");
  for (uint32_t i = 0; i < plugin->component_count; i++) {
    const icl_component *component =
        (const icl_component *)((const char *)plugin->components +
                                i * plugin->components->struct_size);
    static void (*const drive[])(const icl_host *, const icl_component *, char *) = {
        NULL, drive_model, drive_task, drive_metric, drive_optimizer};
    static const char *const kinds[] = {"", "model", "task", "metric", "optimizer"};
    if (component->kind > 4) continue; /* of a kind that came later */
    char sentence[1200] = "";
    drive[component->kind](host, component, sentence);
    printf("%s %s: %s\n", kinds[component->kind], component->id, sentence);
    fflush(stdout);
  }
  return 0;
}
