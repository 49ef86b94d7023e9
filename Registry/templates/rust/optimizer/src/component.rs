//! Descent by signs: every parameter moves by the rate, against the sign of its averaged gradient
//! m <- b m + (1 - b) g.

use crate::icl::*;
use core::ffi::{c_void, CStr};
use core::ptr::null;
use core::slice;

struct MyComponent {
    rate: f64,
    memory: f64,
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
    let optimizer = MyComponent { rate: option(0).real, memory: option(1).real };
    unsafe { *instance = Box::into_raw(Box::new(optimizer)) as *mut c_void };
    ICL_OK
}

pub extern "C" fn destroy(instance: *mut c_void) {
    drop(unsafe { Box::from_raw(instance as *mut MyComponent) });
}

macro_rules! step_as {
    ($real:ty, $optimizer:expr, $update:expr) => {{
        let (optimizer, update) = ($optimizer, $update);
        let count = update.count as usize;
        let (parameters, gradients, average) = unsafe {
            (
                slice::from_raw_parts_mut(update.parameters as *mut $real, count),
                slice::from_raw_parts(update.gradients as *const $real, count),
                slice::from_raw_parts_mut(*update.state as *mut $real, count),
            )
        };
        let kept = optimizer.memory as $real;
        let size = (optimizer.rate * update.learning_rate_scale) as $real;
        for i in 0..count {
            average[i] = kept * average[i] + (1.0 - kept) * gradients[i];
            if average[i] != 0.0 {
                parameters[i] -= size * average[i].signum();
            }
        }
    }};
}

extern "C" fn step(
    instance: *mut c_void,
    update: *const icl_update,
    _error: *mut icl_error,
) -> i32 {
    let (optimizer, update) = unsafe { (&*(instance as *const MyComponent), &*update) };
    if update.element_type == ICL_F32 {
        step_as!(f32, optimizer, update);
    } else {
        step_as!(f64, optimizer, update);
    }
    ICL_OK
}

const fn real(
    name: &'static CStr,
    default_text: &'static CStr,
    summary: &'static CStr,
    maximum: f64,
) -> icl_option {
    icl_option {
        struct_size: size::<icl_option>(),
        kind: ICL_REAL,
        name: name.as_ptr(),
        default_text: default_text.as_ptr(),
        summary: summary.as_ptr(),
        unit: null(),
        choices: null(),
        minimum: 0.0,
        maximum,
    }
}

pub static OPTIONS: Constant<[icl_option; 2]> = Constant([
    real(c"learning-rate", c"0.001", c"how far each parameter moves", 1e6),
    real(c"memory", c"0.9", c"share of the average that is kept", 0.9999999),
]);

pub static INTERFACE: Constant<icl_optimizer> = Constant(icl_optimizer {
    struct_size: size::<icl_optimizer>(),
    state_count: 1,
    step: Some(step),
    minimize: null(),
});

pub const KIND: u32 = ICL_OPTIMIZER;
pub const SUMMARY: &CStr = c"descent by the signs of averaged gradients";
