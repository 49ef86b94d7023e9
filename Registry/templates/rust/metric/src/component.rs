//! The mean absolute error at each scored position, with its standard error.

use crate::icl::*;
use core::ffi::{c_void, CStr};
use core::ptr::null;
use core::slice;

pub extern "C" fn create(
    _host: *const icl_host,
    _options: *const *const icl_value,
    _count: u32,
    instance: *mut *mut c_void,
    _error: *mut icl_error,
) -> i32 {
    unsafe { *instance = Box::into_raw(Box::new(0u8)) as *mut c_void };
    ICL_OK
}

pub extern "C" fn destroy(instance: *mut c_void) {
    drop(unsafe { Box::from_raw(instance as *mut u8) });
}

struct Sums {
    outputs: usize,
    first: i64,
    prompts: u64,
    /// Over prompts, for each position.
    errors: Vec<f64>,
    squares: Vec<f64>,
}

extern "C" fn begin(
    _instance: *mut c_void,
    task: *const icl_signature,
    accumulator: *mut *mut c_void,
    _error: *mut icl_error,
) -> i32 {
    let task = unsafe { &*task };
    let sums = Sums {
        outputs: task.output_dimension as usize,
        first: (task.context_length + 1 - task.positions) as i64,
        prompts: 0,
        errors: vec![0.0; task.positions as usize],
        squares: vec![0.0; task.positions as usize],
    };
    unsafe { *accumulator = Box::into_raw(Box::new(sums)) as *mut c_void };
    ICL_OK
}

extern "C" fn accumulate(
    accumulator: *mut c_void,
    chunk: *const icl_chunk,
    _error: *mut icl_error,
) -> i32 {
    let (sums, chunk) = unsafe { (&mut *(accumulator as *mut Sums), &*chunk) };
    let positions = sums.errors.len();
    let count = chunk.count as usize * positions * sums.outputs;
    let predictions = unsafe { slice::from_raw_parts(chunk.predictions, count) };
    let targets = unsafe { slice::from_raw_parts(chunk.targets, count) };
    let rows = predictions.chunks(sums.outputs).zip(targets.chunks(sums.outputs));
    for (row, (predicted, wanted)) in rows.enumerate() {
        let size: f64 = predicted.iter().zip(wanted).map(|(a, b)| (a - b).abs()).sum();
        sums.errors[row % positions] += size;
        sums.squares[row % positions] += size * size;
    }
    sums.prompts += chunk.count;
    ICL_OK
}

extern "C" fn finish(
    accumulator: *mut c_void,
    report: *const icl_report,
    _error: *mut icl_error,
) -> i32 {
    let sums = unsafe { Box::from_raw(accumulator as *mut Sums) };
    // NULL: the evaluation was given up.
    if report.is_null() || sums.prompts == 0 {
        return ICL_OK;
    }
    let report = unsafe { &*report };
    let n = sums.prompts as f64;
    let means: Vec<f64> = sums.errors.iter().map(|sum| sum / n).collect();
    let deviations: Vec<f64> = sums
        .squares
        .iter()
        .zip(&means)
        .map(|(sum, mean)| ((sum / n - mean * mean).max(0.0) / (n - 1.0).max(1.0)).sqrt())
        .collect();
    let (name, axis) = (c"absolute-error".as_ptr(), c"context length".as_ptr());
    (report.values)(
        report.state,
        name,
        axis,
        sums.first,
        means.len() as u64,
        means.as_ptr(),
        deviations.as_ptr(),
    );
    ICL_OK
}

pub static OPTIONS: Constant<[icl_option; 0]> = Constant([]);

pub static INTERFACE: Constant<icl_metric> = Constant(icl_metric {
    struct_size: size::<icl_metric>(),
    needs: ICL_NEEDS_PREDICTIONS,
    begin: Some(begin),
    accumulate: Some(accumulate),
    finish: Some(finish),
    declare: null(),
    observe: null(),
});

pub const KIND: u32 = ICL_METRIC;
pub const SUMMARY: &CStr = c"mean absolute error at each context length";
