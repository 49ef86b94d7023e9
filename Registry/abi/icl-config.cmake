# find_package(icl CONFIG) gives icl::icl: the plugin interface of icl-host, nothing to link.
if(NOT TARGET icl::icl)
  get_filename_component(icl_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  add_library(icl::icl INTERFACE IMPORTED)
  set_target_properties(icl::icl PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${icl_prefix}/include")
endif()
