//! One step of gradient descent from zero: the prediction for a query x_q is
//! rate / N sum_j y_j (x_j . x_q), with a trained rate.

use crate::icl::*;
use core::ffi::{c_void, CStr};
use core::ptr::{null, null_mut};

struct MyComponent {
    initial_rate: f64,
}

pub extern "C" fn create(
    _host: *const icl_host,
    options: *const *const icl_value,
    _count: u32,
    instance: *mut *mut c_void,
    _error: *mut icl_error,
) -> i32 {
    // In the order of the table below.
    let initial_rate = unsafe { (**options).real };
    unsafe { *instance = Box::into_raw(Box::new(MyComponent { initial_rate })) as *mut c_void };
    ICL_OK
}

pub extern "C" fn destroy(instance: *mut c_void) {
    drop(unsafe { Box::from_raw(instance as *mut MyComponent) });
}

extern "C" fn build(
    instance: *mut c_void,
    graph: *const icl_graph,
    task: *const icl_signature,
    _error: *mut icl_error,
) -> icl_node {
    let (model, g, task) = unsafe { (&*(instance as *const MyComponent), &*graph, &*task) };
    let (n, rows, d) = (task.context_length, task.positions, task.input_dimension);
    let x = (g.input)(g.builder, c"x".as_ptr()); // [n + 1, d], the last row is the query
    let y = (g.input)(g.builder, c"y".as_ptr()); // [n, outputs]
    let start = (g.scalar)(g.builder, model.initial_rate);
    let rate = (g.parameter)(g.builder, c"rate".as_ptr(), start);

    // Scored at every prefix, row k sees the pairs before it; at the query, all.
    let seen: Vec<f64> = (0..rows)
        .flat_map(|row| (0..n).map(move |pair| f64::from(pair < n + 1 - rows + row)))
        .collect();
    let mask = (g.constant)(g.builder, 2, [rows, n].as_ptr(), seen.as_ptr());

    let part = |from: u64, to: u64| {
        (g.slice)(g.builder, x, [from, 0].as_ptr(), [to, d].as_ptr(), null())
    };
    let multiplied = |a, b| (g.binary)(g.builder, ICL_MULTIPLY, a, b);
    let contracted = |spec: &CStr, a, b| (g.einsum)(g.builder, spec.as_ptr(), a, b);
    let scores = contracted(c"qd,nd->qn", part(n + 1 - rows, n + 1), part(0, n));
    let sum = contracted(c"qn,no->qo", multiplied(scores, mask), y);
    let scale = (g.scalar)(g.builder, 1.0 / n.max(1) as f64);
    multiplied(scale, multiplied(rate, sum))
}

pub static OPTIONS: Constant<[icl_option; 1]> = Constant([icl_option {
    struct_size: size::<icl_option>(),
    kind: ICL_REAL,
    name: c"initial-rate".as_ptr(),
    default_text: c"0.1".as_ptr(),
    summary: c"the rate before training".as_ptr(),
    unit: null_mut(),
    choices: null_mut(),
    minimum: 0.0,
    maximum: 10.0,
}]);

pub static INTERFACE: Constant<icl_model> = Constant(icl_model {
    struct_size: size::<icl_model>(),
    reserved: 0,
    build: Some(build),
    predict: null(),
});

pub const KIND: u32 = ICL_MODEL;
pub const SUMMARY: &CStr = c"one step of gradient descent, with a trained rate";
