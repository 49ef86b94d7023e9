//! The part of icl.h that this plugin needs, written by hand.
#![allow(non_camel_case_types)]

use core::ffi::{c_char, c_void};

pub type icl_node = u32;

pub const ICL_OK: i32 = 0;
pub const ICL_REAL: u32 = 2;
pub const ICL_MODEL: u32 = 1;
pub const ICL_SCORED_AT_EVERY_PREFIX: u32 = 1;
pub const ICL_NORMAL: u32 = 2;
pub const ICL_PER_RUN: u32 = 1;
pub const ICL_ADD: u32 = 1;
pub const ICL_MULTIPLY: u32 = 3;
pub const ICL_DIVIDE: u32 = 4;
pub const ICL_MAX_RANK: usize = 8;

#[repr(C)]
pub struct icl_error {
    pub struct_size: u32,
    pub code: i32,
    pub path: [c_char; 128],
    pub message: [c_char; 512],
}

#[repr(C)]
pub struct icl_option {
    pub struct_size: u32,
    pub kind: u32,
    pub name: *const c_char,
    pub default_text: *const c_char,
    pub summary: *const c_char,
    pub unit: *const c_char,
    pub choices: *const c_char,
    pub minimum: f64,
    pub maximum: f64,
}

#[repr(C)]
pub struct icl_value {
    pub struct_size: u32,
    pub kind: u32,
    pub integer: i64,
    pub real: f64,
    pub text: *const c_char,
    pub reals: *const f64,
    pub count: u64,
}

#[repr(C)]
pub struct icl_signature {
    pub struct_size: u32,
    pub scoring: u32,
    pub context_length: u64,
    pub input_dimension: u64,
    pub output_dimension: u64,
    pub positions: u64,
    pub tensors: *const c_void,
    pub tensor_count: u32,
    pub property_count: u32,
    pub properties: *const c_void,
}

/// Opaque: the host's.
#[repr(C)]
pub struct icl_builder {
    _private: [u8; 0],
}

/// Functions that are not called here are held as plain pointers, which have the same size.
#[repr(C)]
pub struct icl_graph {
    pub struct_size: u32,
    pub reserved: u32,
    pub builder: *mut icl_builder,
    pub input: extern "C" fn(*mut icl_builder, *const c_char) -> icl_node,
    pub parameter: extern "C" fn(*mut icl_builder, *const c_char, icl_node) -> icl_node,
    pub constant: extern "C" fn(*mut icl_builder, u32, *const u64, *const f64) -> icl_node,
    pub scalar: extern "C" fn(*mut icl_builder, f64) -> icl_node,
    pub random: extern "C" fn(
        *mut icl_builder, u32, u32, *const c_char, u32, *const u64,
    ) -> icl_node,
    pub unary: *const c_void,
    pub binary: extern "C" fn(*mut icl_builder, u32, icl_node, icl_node) -> icl_node,
    pub select: *const c_void,
    pub einsum: extern "C" fn(*mut icl_builder, *const c_char, icl_node, icl_node) -> icl_node,
    pub reduce: *const c_void,
    pub reshape: extern "C" fn(*mut icl_builder, icl_node, u32, *const u64) -> icl_node,
    pub transpose: *const c_void,
    pub slice: extern "C" fn(
        *mut icl_builder, icl_node, *const u64, *const u64, *const u64,
    ) -> icl_node,
    pub concatenate: extern "C" fn(*mut icl_builder, u32, *const icl_node, u32) -> icl_node,
    pub pad: extern "C" fn(*mut icl_builder, icl_node, *const u64, *const u64, f64) -> icl_node,
    pub broadcast: *const c_void,
    pub gather: *const c_void,
    pub softmax: *const c_void,
    pub cumulative_sum: *const c_void,
    pub linear_recurrence: *const c_void,
    pub scan: *const c_void,
    pub solve: *const c_void,
    pub custom: *const c_void,
    pub name: *const c_void,
    pub begin_scope: *const c_void,
    pub end_scope: *const c_void,
    pub shape: extern "C" fn(*mut icl_builder, icl_node, *mut u64) -> u32,
    pub fail: extern "C" fn(*mut icl_builder, *const c_char) -> icl_node,
    pub output: *const c_void,
}

type Build = extern "C" fn(
    *mut c_void, *const icl_graph, *const icl_signature, *mut icl_error,
) -> icl_node;

#[repr(C)]
pub struct icl_model {
    pub struct_size: u32,
    pub reserved: u32,
    pub build: Option<Build>,
    pub predict: *const c_void,
}

type Create = extern "C" fn(
    *const c_void, *const *const icl_value, u32, *mut *mut c_void, *mut icl_error,
) -> i32;

#[repr(C)]
pub struct icl_component {
    pub struct_size: u32,
    pub kind: u32,
    pub id: *const c_char,
    pub version: *const c_char,
    pub summary: *const c_char,
    pub options: *const icl_option,
    pub option_count: u32,
    pub reserved: u32,
    pub create: Create,
    pub destroy: Option<extern "C" fn(*mut c_void)>,
    pub interface: *const c_void,
    pub extension: *const c_void,
}

#[repr(C)]
pub struct icl_plugin {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub license: *const c_char,
    pub url: *const c_char,
    pub components: *const icl_component,
    pub component_count: u32,
    pub reserved: u32,
}

/// Tables are constant, so any thread may read them.
#[repr(transparent)]
pub struct Constant<T>(pub T);
unsafe impl<T> Sync for Constant<T> {}

#[repr(C)]
pub struct icl_note {
    pub name_size: u32,
    pub description_size: u32,
    pub kind: u32,
    pub name: [u8; 4],
    pub major: u32,
    pub minor: u32,
}

const _: () = assert!(size_of::<icl_error>() == 648);
const _: () = assert!(size_of::<icl_option>() == 64);
const _: () = assert!(size_of::<icl_value>() == 48);
const _: () = assert!(size_of::<icl_signature>() == 64);
const _: () = assert!(size_of::<icl_graph>() == 248);
const _: () = assert!(size_of::<icl_model>() == 24);
const _: () = assert!(size_of::<icl_component>() == 80);
const _: () = assert!(size_of::<icl_plugin>() == 56);
const _: () = assert!(size_of::<icl_note>() == 24);
