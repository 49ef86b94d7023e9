//! Regression on few inputs: y = w . x + noise, where each entry of w is normal with probability
//! `density`, else 0.

use crate::icl::*;
use core::ffi::{c_char, c_void, CStr};
use core::ptr::null;

struct MyComponent {
    dimension: u64,
    context_length: u64,
    noise_variance: f64,
    density: f64,
    specs: [icl_tensor_spec; 4],
    tensors: [*const icl_tensor_spec; 4],
    property: icl_property,
}

fn matrix(name: &'static CStr, role: u32, rows: u64, columns: u64) -> icl_tensor_spec {
    icl_tensor_spec {
        struct_size: size::<icl_tensor_spec>(),
        role,
        name: name.as_ptr(),
        rank: 2,
        reserved: 0,
        extents: [rows, columns, 0, 0, 0, 0, 0, 0],
    }
}

pub extern "C" fn create(
    _host: *const icl_host,
    options: *const *const icl_value,
    _count: u32,
    instance: *mut *mut c_void,
    _error: *mut icl_error,
) -> i32 {
    // In the order of the table below.
    let option = |place: usize| unsafe { &**options.add(place) };
    let (d, n) = (option(0).integer as u64, option(1).integer as u64);
    let mut task = Box::new(MyComponent {
        dimension: d,
        context_length: n,
        noise_variance: option(2).real,
        density: option(3).real,
        specs: [
            matrix(c"x", ICL_ROLE_INPUT, n + 1, d),
            matrix(c"y", ICL_ROLE_INPUT, n, 1),
            matrix(c"target", ICL_ROLE_TARGET, 1, 1),
            matrix(c"w", ICL_ROLE_LATENT, d, 1),
        ],
        tensors: [null(); 4],
        property: icl_property { name: c"noise-variance".as_ptr(), value: option(2).real },
    });
    for place in 0..4 {
        task.tensors[place] = &task.specs[place];
    }
    unsafe { *instance = Box::into_raw(task) as *mut c_void };
    ICL_OK
}

pub extern "C" fn destroy(instance: *mut c_void) {
    drop(unsafe { Box::from_raw(instance as *mut MyComponent) });
}

extern "C" fn signature(
    instance: *mut c_void,
    signature: *mut icl_signature,
    _error: *mut icl_error,
) -> i32 {
    let (task, signature) = unsafe { (&*(instance as *const MyComponent), &mut *signature) };
    signature.scoring = ICL_SCORED_AT_QUERY;
    signature.context_length = task.context_length;
    signature.input_dimension = task.dimension;
    signature.output_dimension = 1;
    signature.positions = 1;
    signature.tensors = task.tensors.as_ptr();
    signature.tensor_count = 4;
    signature.properties = &task.property;
    signature.property_count = 1;
    ICL_OK
}

extern "C" fn declare(
    instance: *mut c_void,
    graph: *const icl_graph,
    _error: *mut icl_error,
) -> i32 {
    let (task, g) = unsafe { (&*(instance as *const MyComponent), &*graph) };
    let (n, d) = (task.context_length, task.dimension);
    let random = |kind, stream: &CStr, extents: [u64; 2]| {
        (g.random)(g.builder, kind, ICL_PER_PROMPT, stream.as_ptr(), 2, extents.as_ptr())
    };
    let binary = |operation, a, b| (g.binary)(g.builder, operation, a, b);
    let scalar = |value| (g.scalar)(g.builder, value);

    let x = random(ICL_NORMAL, c"x", [n + 1, d]);
    let kept = binary(ICL_LESS, random(ICL_UNIFORM, c"coin", [d, 1]), scalar(task.density));
    let w = binary(ICL_MULTIPLY, kept, random(ICL_NORMAL, c"w", [d, 1]));
    let noise = random(ICL_NORMAL, c"noise", [n + 1, 1]);
    let scaled = binary(ICL_MULTIPLY, scalar(task.noise_variance.sqrt()), noise);
    let labels = (g.einsum)(g.builder, c"nd,do->no".as_ptr(), x, w);
    let labels = binary(ICL_ADD, labels, scaled);
    let rows = |from: u64, to: u64| {
        (g.slice)(g.builder, labels, [from, 0].as_ptr(), [to, 1].as_ptr(), null())
    };
    let output = |name: *const c_char, node| (g.output)(g.builder, name, node);
    output(c"x".as_ptr(), x);
    output(c"y".as_ptr(), rows(0, n));
    output(c"target".as_ptr(), rows(n, n + 1));
    output(c"w".as_ptr(), w);
    ICL_OK
}

const fn number(
    kind: u32,
    name: &'static CStr,
    default_text: &'static CStr,
    summary: &'static CStr,
    minimum: f64,
    maximum: f64,
) -> icl_option {
    icl_option {
        struct_size: size::<icl_option>(),
        kind,
        name: name.as_ptr(),
        default_text: default_text.as_ptr(),
        summary: summary.as_ptr(),
        unit: null(),
        choices: null(),
        minimum,
        maximum,
    }
}

pub static OPTIONS: Constant<[icl_option; 4]> = Constant([
    number(ICL_INTEGER, c"dimension", c"8", c"dimension of the inputs", 1.0, 1024.0),
    number(ICL_INTEGER, c"context-length", c"16", c"pairs in the context", 1.0, 4096.0),
    number(ICL_REAL, c"noise-variance", c"0.25", c"variance of the labels' noise", 0.0, 1e6),
    number(ICL_REAL, c"density", c"0.25", c"probability that an entry of w is not 0", 0.0, 1.0),
]);

pub static INTERFACE: Constant<icl_task> = Constant(icl_task {
    struct_size: size::<icl_task>(),
    reserved: 0,
    signature: Some(signature),
    declare: Some(declare),
    sample: null(),
    loss: null(),
    oracle: null(),
});

pub const KIND: u32 = ICL_TASK;
pub const SUMMARY: &CStr = c"linear regression with few relevant inputs";
