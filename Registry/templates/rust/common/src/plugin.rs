//! The plugin's table, and the one symbol that it exports.

use crate::component::{create, destroy, INTERFACE, KIND, OPTIONS, SUMMARY};
use crate::icl::*;
use core::ffi::c_void;
use core::ptr::null;

static COMPONENT: Constant<icl_component> = Constant(icl_component {
    struct_size: size::<icl_component>(),
    kind: KIND,
    id: c"my-component".as_ptr(),
    version: c"0.1.0".as_ptr(),
    summary: SUMMARY.as_ptr(),
    options: &raw const OPTIONS.0 as *const icl_option,
    option_count: OPTIONS.0.len() as u32,
    reserved: 0,
    create,
    destroy: Some(destroy),
    interface: &raw const INTERFACE.0 as *const c_void,
    extension: null(),
});

static PLUGIN: Constant<icl_plugin> = Constant(icl_plugin {
    struct_size: size::<icl_plugin>(),
    abi_minor: 0,
    name: c"my-component".as_ptr(),
    version: c"0.1.0".as_ptr(),
    license: c"Apache-2.0".as_ptr(),
    url: null(),
    components: &raw const COMPONENT.0,
    component_count: 1,
    reserved: 0,
});

#[used]
#[link_section = ".note.icl"]
static NOTE: icl_note = icl_note {
    name_size: 4,
    description_size: 8,
    kind: 1,
    name: *b"ICL\0",
    major: 1,
    minor: 0,
};

#[no_mangle]
pub extern "C" fn icl_plugin_v1(
    _host: *const icl_host,
    _lowest_minor: u32,
    _highest_minor: u32,
    _error: *mut icl_error,
) -> *const icl_plugin {
    &PLUGIN.0
}
