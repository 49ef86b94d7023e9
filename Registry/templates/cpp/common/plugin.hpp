// What stands between a C++ class and the interface: no exception may reach the host.
#pragma once

#include <icl/icl.h>

#include <cstdio>
#include <exception>
#include <new>

namespace plugin {

/// Runs the body; an exception becomes a code and a message.
template <class Body>
int32_t guarded(icl_error *error, Body body) noexcept {
  try {
    body();
    return ICL_OK;
  } catch (const std::bad_alloc &) {
    return ICL_OUT_OF_MEMORY;
  } catch (const std::exception &exception) {
    if (error) std::snprintf(error->message, sizeof error->message, "%s", exception.what());
    return ICL_FAILED;
  } catch (...) {
    return ICL_FAILED;
  }
}

/// Makes an instance from the options, which come in the order of the table.
template <class Component>
int32_t create(const icl_host *, const icl_value *const *options, uint32_t, void **instance,
               icl_error *error) noexcept {
  return guarded(error, [&] { *instance = new Component(options); });
}

template <class Component>
void destroy(void *instance) noexcept {
  delete static_cast<Component *>(instance);
}

inline icl_option real(const char *name, const char *initial, const char *summary, double minimum,
                       double maximum) {
  icl_option option{};
  option.struct_size = sizeof option;
  option.type = ICL_REAL;
  option.name = name;
  option.default_text = initial;
  option.summary = summary;
  option.minimum = minimum;
  option.maximum = maximum;
  return option;
}

inline icl_option integer(const char *name, const char *initial, const char *summary,
                          double minimum, double maximum) {
  icl_option option = real(name, initial, summary, minimum, maximum);
  option.type = ICL_INTEGER;
  return option;
}

/// The table of a plugin with one component.
template <class Component, class Interface>
const icl_plugin *table(uint32_t kind, const char *id, const char *summary,
                        const icl_option *options, uint32_t count, const Interface &interface) {
  static icl_component component{};
  component.struct_size = sizeof component;
  component.kind = kind;
  component.id = id;
  component.version = "0.1.0";
  component.summary = summary;
  component.options = options;
  component.option_count = count;
  component.create = create<Component>;
  component.destroy = destroy<Component>;
  component.interface = &interface;
  static icl_plugin plugin{};
  plugin.struct_size = sizeof plugin;
  plugin.name = id;
  plugin.version = "0.1.0";
  plugin.license = "Apache-2.0";
  plugin.components = &component;
  plugin.component_count = 1;
  return &plugin;
}

}  // namespace plugin
