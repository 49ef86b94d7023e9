//! icl.h, version 1.0, in Rust. What is not said here is said there.
#![allow(non_camel_case_types, dead_code)]

use core::ffi::{c_char, c_void};

pub type icl_node = u32;

pub const ICL_OK: i32 = 0;
pub const ICL_INVALID: i32 = 1;
pub const ICL_UNSUPPORTED: i32 = 2;
pub const ICL_FAILED: i32 = 6;

pub const ICL_INTEGER: u32 = 1;
pub const ICL_REAL: u32 = 2;
pub const ICL_BOOLEAN: u32 = 3;
pub const ICL_TEXT: u32 = 4;
pub const ICL_CHOICE: u32 = 5;
pub const ICL_REALS: u32 = 6;

pub const ICL_MODEL: u32 = 1;
pub const ICL_TASK: u32 = 2;
pub const ICL_METRIC: u32 = 3;
pub const ICL_OPTIMIZER: u32 = 4;

pub const ICL_SCORED_AT_QUERY: u32 = 0;
pub const ICL_SCORED_AT_EVERY_PREFIX: u32 = 1;
pub const ICL_ROLE_INPUT: u32 = 0;
pub const ICL_ROLE_TARGET: u32 = 1;
pub const ICL_ROLE_LATENT: u32 = 2;
pub const ICL_MAX_RANK: usize = 8;

pub const ICL_NEGATE: u32 = 1;
pub const ICL_EXP: u32 = 2;
pub const ICL_LOG: u32 = 3;
pub const ICL_SQRT: u32 = 4;
pub const ICL_RECIPROCAL: u32 = 6;
pub const ICL_SQUARE: u32 = 7;
pub const ICL_TANH: u32 = 12;
pub const ICL_SIGMOID: u32 = 13;
pub const ICL_RELU: u32 = 15;
pub const ICL_ADD: u32 = 1;
pub const ICL_SUBTRACT: u32 = 2;
pub const ICL_MULTIPLY: u32 = 3;
pub const ICL_DIVIDE: u32 = 4;
pub const ICL_LESS: u32 = 8;
pub const ICL_SUM: u32 = 1;
pub const ICL_MEAN: u32 = 2;
pub const ICL_UNIFORM: u32 = 1;
pub const ICL_NORMAL: u32 = 2;
pub const ICL_PER_PROMPT: u32 = 0;
pub const ICL_PER_RUN: u32 = 1;

pub const ICL_NEEDS_PREDICTIONS: u32 = 1;
pub const ICL_NEEDS_LATENTS: u32 = 2;
pub const ICL_F32: u32 = 1;
pub const ICL_F64: u32 = 2;

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
pub struct icl_host {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub extension: extern "C" fn(*const icl_host, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct icl_tensor_spec {
    pub struct_size: u32,
    pub role: u32,
    pub name: *const c_char,
    pub rank: u32,
    pub reserved: u32,
    pub extents: [u64; ICL_MAX_RANK],
}

#[repr(C)]
pub struct icl_property {
    pub name: *const c_char,
    pub value: f64,
}

#[repr(C)]
pub struct icl_signature {
    pub struct_size: u32,
    pub scoring: u32,
    pub context_length: u64,
    pub input_dimension: u64,
    pub output_dimension: u64,
    pub positions: u64,
    pub tensors: *const *const icl_tensor_spec,
    pub tensor_count: u32,
    pub property_count: u32,
    pub properties: *const icl_property,
}

/// Opaque: the host's.
#[repr(C)]
pub struct icl_builder {
    _private: [u8; 0],
}

type Builder = *mut icl_builder;

/// Functions whose arguments are not written out here are held as plain pointers, of the same size.
#[repr(C)]
pub struct icl_graph {
    pub struct_size: u32,
    pub reserved: u32,
    pub builder: Builder,
    pub input: extern "C" fn(Builder, *const c_char) -> icl_node,
    pub parameter: extern "C" fn(Builder, *const c_char, icl_node) -> icl_node,
    pub constant: extern "C" fn(Builder, u32, *const u64, *const f64) -> icl_node,
    pub scalar: extern "C" fn(Builder, f64) -> icl_node,
    pub random: extern "C" fn(Builder, u32, u32, *const c_char, u32, *const u64) -> icl_node,
    pub unary: extern "C" fn(Builder, u32, icl_node) -> icl_node,
    pub binary: extern "C" fn(Builder, u32, icl_node, icl_node) -> icl_node,
    pub select: extern "C" fn(Builder, icl_node, icl_node, icl_node) -> icl_node,
    pub einsum: extern "C" fn(Builder, *const c_char, icl_node, icl_node) -> icl_node,
    pub reduce: extern "C" fn(Builder, u32, icl_node, u32, *const u32, u32) -> icl_node,
    pub reshape: extern "C" fn(Builder, icl_node, u32, *const u64) -> icl_node,
    pub transpose: extern "C" fn(Builder, icl_node, *const u32) -> icl_node,
    pub slice: extern "C" fn(Builder, icl_node, *const u64, *const u64, *const u64) -> icl_node,
    pub concatenate: extern "C" fn(Builder, u32, *const icl_node, u32) -> icl_node,
    pub pad: extern "C" fn(Builder, icl_node, *const u64, *const u64, f64) -> icl_node,
    pub broadcast: extern "C" fn(Builder, icl_node, u32, *const u64) -> icl_node,
    pub gather: extern "C" fn(Builder, icl_node, icl_node, u32) -> icl_node,
    pub softmax: extern "C" fn(Builder, icl_node, icl_node, u32) -> icl_node,
    pub cumulative_sum: extern "C" fn(Builder, icl_node, u32, u32, u32) -> icl_node,
    pub linear_recurrence: extern "C" fn(Builder, icl_node, icl_node, icl_node) -> icl_node,
    pub scan: *const c_void,
    pub solve: extern "C" fn(Builder, icl_node, icl_node) -> icl_node,
    pub custom: *const c_void,
    pub name: extern "C" fn(Builder, icl_node, *const c_char) -> icl_node,
    pub begin_scope: extern "C" fn(Builder, *const c_char),
    pub end_scope: extern "C" fn(Builder),
    pub shape: extern "C" fn(Builder, icl_node, *mut u64) -> u32,
    pub fail: extern "C" fn(Builder, *const c_char) -> icl_node,
    pub output: extern "C" fn(Builder, *const c_char, icl_node),
    pub gradient: extern "C" fn(Builder, icl_node, icl_node) -> icl_node,
    pub cholesky: extern "C" fn(Builder, icl_node) -> icl_node,
}

#[repr(C)]
pub struct icl_model {
    pub struct_size: u32,
    pub reserved: u32,
    pub build: Option<
        extern "C" fn(
            *mut c_void,
            *const icl_graph,
            *const icl_signature,
            *mut icl_error,
        ) -> icl_node,
    >,
    pub predict: *const c_void,
}

#[repr(C)]
pub struct icl_task {
    pub struct_size: u32,
    pub reserved: u32,
    pub signature:
        Option<extern "C" fn(*mut c_void, *mut icl_signature, *mut icl_error) -> i32>,
    pub declare: Option<extern "C" fn(*mut c_void, *const icl_graph, *mut icl_error) -> i32>,
    pub sample: *const c_void,
    pub loss: *const c_void,
    pub oracle: *const c_void,
}

#[repr(C)]
pub struct icl_chunk {
    pub struct_size: u32,
    pub latent_count: u32,
    pub count: u64,
    pub predictions: *const f64,
    pub targets: *const f64,
    pub losses: *const f64,
    pub oracle_losses: *const f64,
    pub latents: *const c_void,
    pub inputs: *const c_void,
    pub input_count: u32,
    pub declared_count: u32,
    pub declared: *const c_void,
}

#[repr(C)]
pub struct icl_report {
    pub struct_size: u32,
    pub reserved: u32,
    pub state: *mut c_void,
    pub values: extern "C" fn(
        *mut c_void,
        *const c_char,
        *const c_char,
        i64,
        u64,
        *const f64,
        *const f64,
    ),
    pub tensor: *const c_void,
}

#[repr(C)]
pub struct icl_metric {
    pub struct_size: u32,
    pub needs: u32,
    pub begin: Option<
        extern "C" fn(*mut c_void, *const icl_signature, *mut *mut c_void, *mut icl_error) -> i32,
    >,
    pub accumulate: Option<extern "C" fn(*mut c_void, *const icl_chunk, *mut icl_error) -> i32>,
    pub finish: Option<extern "C" fn(*mut c_void, *const icl_report, *mut icl_error) -> i32>,
    pub declare: *const c_void,
    pub observe: *const c_void,
}

#[repr(C)]
pub struct icl_update {
    pub struct_size: u32,
    pub element_type: u32,
    pub step: u64,
    pub learning_rate_scale: f64,
    pub count: u64,
    pub parameters: *mut c_void,
    pub gradients: *const c_void,
    pub state: *const *mut c_void,
    pub name: *const c_char,
    pub extents: *const u64,
    pub rank: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct icl_optimizer {
    pub struct_size: u32,
    pub state_count: u32,
    pub step: Option<extern "C" fn(*mut c_void, *const icl_update, *mut icl_error) -> i32>,
    pub minimize: *const c_void,
}

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
    pub create: extern "C" fn(
        *const icl_host,
        *const *const icl_value,
        u32,
        *mut *mut c_void,
        *mut icl_error,
    ) -> i32,
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

/// The ELF note that says what this library is, before any of its code runs.
#[repr(C)]
pub struct icl_note {
    pub name_size: u32,
    pub description_size: u32,
    pub kind: u32,
    pub name: [u8; 4],
    pub major: u32,
    pub minor: u32,
}

/// Tables are constant, so any thread may read them.
#[repr(transparent)]
pub struct Constant<T>(pub T);
unsafe impl<T> Sync for Constant<T> {}

/// The size that stands first in every struct.
pub const fn size<T>() -> u32 {
    size_of::<T>() as u32
}

const _: () = assert!(size::<icl_error>() == 648);
const _: () = assert!(size::<icl_option>() == 64);
const _: () = assert!(size::<icl_value>() == 48);
const _: () = assert!(size::<icl_host>() == 32);
const _: () = assert!(size::<icl_tensor_spec>() == 88);
const _: () = assert!(size::<icl_property>() == 16);
const _: () = assert!(size::<icl_signature>() == 64);
const _: () = assert!(size::<icl_graph>() == 264);
const _: () = assert!(size::<icl_model>() == 24);
const _: () = assert!(size::<icl_task>() == 48);
const _: () = assert!(size::<icl_chunk>() == 80);
const _: () = assert!(size::<icl_report>() == 32);
const _: () = assert!(size::<icl_metric>() == 48);
const _: () = assert!(size::<icl_update>() == 80);
const _: () = assert!(size::<icl_optimizer>() == 24);
const _: () = assert!(size::<icl_component>() == 80);
const _: () = assert!(size::<icl_plugin>() == 56);
const _: () = assert!(size::<icl_note>() == 24);
