//! One head of linear attention, merged key and query, scored at the query or at every prefix.
//! The same model as Plugins/Models/LinearAttention with its default options.

mod icl;

use core::ffi::{c_char, c_void, CStr};
use core::ops::{Add, Div, Mul};
use core::ptr::null;
use icl::*;

#[derive(Clone, Copy)]
struct Tensor<'a> {
    graph: &'a icl_graph,
    node: icl_node,
}

impl<'a> Tensor<'a> {
    fn binary(self, operation: u32, other: Tensor<'a>) -> Tensor<'a> {
        let node = (self.graph.binary)(self.graph.builder, operation, self.node, other.node);
        Tensor { node, ..self }
    }

    /// Rows of a matrix.
    fn rows(self, first: u64, last: u64) -> Tensor<'a> {
        let mut stop = [0u64; ICL_MAX_RANK];
        (self.graph.shape)(self.graph.builder, self.node, stop.as_mut_ptr());
        stop[0] = last;
        let start = [first, 0];
        let g = self.graph;
        let node = (g.slice)(g.builder, self.node, start.as_ptr(), stop.as_ptr(), null());
        Tensor { node, ..self }
    }

    fn reshaped(self, shape: &[u64]) -> Tensor<'a> {
        let g = self.graph;
        let node = (g.reshape)(g.builder, self.node, shape.len() as u32, shape.as_ptr());
        Tensor { node, ..self }
    }
}

impl<'a> Add for Tensor<'a> {
    type Output = Tensor<'a>;
    fn add(self, other: Tensor<'a>) -> Tensor<'a> { self.binary(ICL_ADD, other) }
}

impl<'a> Mul for Tensor<'a> {
    type Output = Tensor<'a>;
    fn mul(self, other: Tensor<'a>) -> Tensor<'a> { self.binary(ICL_MULTIPLY, other) }
}

impl<'a> Div for Tensor<'a> {
    type Output = Tensor<'a>;
    fn div(self, other: Tensor<'a>) -> Tensor<'a> { self.binary(ICL_DIVIDE, other) }
}

fn einsum<'a>(spec: &CStr, a: Tensor<'a>, b: Tensor<'a>) -> Tensor<'a> {
    let g = a.graph;
    Tensor { node: (g.einsum)(g.builder, spec.as_ptr(), a.node, b.node), ..a }
}

fn constant<'a>(g: &'a icl_graph, shape: &[u64], value: impl Fn(u64, u64) -> f64) -> Tensor<'a> {
    let count: u64 = shape.iter().product();
    let columns = shape[shape.len() - 1];
    let values: Vec<f64> = (0..count).map(|i| value(i / columns, i % columns)).collect();
    let node = (g.constant)(g.builder, shape.len() as u32, shape.as_ptr(), values.as_ptr());
    Tensor { graph: g, node }
}

fn flag(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

struct LinearAttention {
    scale: f64,
}

impl LinearAttention {
    fn parameter<'a>(
        &self, g: &'a icl_graph, name: &CStr, shape: &[u64], mask: Tensor<'a>,
    ) -> Tensor<'a> {
        let rank = shape.len() as u32;
        let stream = name.as_ptr();
        let node = (g.random)(g.builder, ICL_NORMAL, ICL_PER_RUN, stream, rank, shape.as_ptr());
        let scale = Tensor { graph: g, node: (g.scalar)(g.builder, self.scale) };
        let initial = scale * Tensor { graph: g, node } * mask;
        Tensor { graph: g, node: (g.parameter)(g.builder, name.as_ptr(), initial.node) }
    }

    fn build(&self, g: &icl_graph, task: &icl_signature) -> icl_node {
        let (n, d, positions) = (task.context_length, task.input_dimension, task.positions);
        let width = d + 1;
        let causal = task.scoring == ICL_SCORED_AT_EVERY_PREFIX;
        if task.output_dimension != 1 {
            return (g.fail)(g.builder, c"one output only".as_ptr());
        }
        let label = constant(g, &[width], |_, i| flag(i == d));
        let inputs = constant(g, &[width, 1], |i, _| flag(i < d));
        let value = self.parameter(g, c"heads.value", &[1, width], label);
        let key_query = self.parameter(g, c"heads.key-query", &[1, width, d], inputs);

        let x = Tensor { graph: g, node: (g.input)(g.builder, c"x".as_ptr()) };
        let y = Tensor { graph: g, node: (g.input)(g.builder, c"y".as_ptr()) };
        let pair = [x.rows(0, n).node, y.node];
        let context = Tensor { graph: g, node: (g.concatenate)(g.builder, 2, pair.as_ptr(), 1) };
        let queries = x.rows(n + 1 - positions, n + 1);
        let (none, column) = ([0u64, 0], [0u64, 1]);
        let node = (g.pad)(g.builder, queries.node, none.as_ptr(), column.as_ptr(), 0.0);
        let own = Tensor { graph: g, node };

        let mask = constant(g, &[positions, n], |p, j| flag(!causal || j < p));
        let pairs = constant(g, &[positions, 1], |p, _| (if causal { p } else { n }).max(1) as f64);
        let asked = einsum(c"hec,pc->hpe", key_query, queries);
        let scores = einsum(c"hpe,je->hpj", asked, context) * mask;
        let others = einsum(c"hpj,hj->p", scores, einsum(c"he,je->hj", value, context));
        let own_scores = einsum(c"hpe,pe->hp", asked, own);
        let itself = einsum(c"hp,hp->p", own_scores, einsum(c"he,pe->hp", value, own));
        ((others + itself).reshaped(&[positions, 1]) / pairs).node
    }
}

extern "C" fn create(
    _host: *const c_void, options: *const *const icl_value, _count: u32,
    instance: *mut *mut c_void, _error: *mut icl_error,
) -> i32 {
    // SAFETY: the host passes one value for each declared option, and a place for the instance.
    unsafe {
        let scale = (**options).real;
        *instance = Box::into_raw(Box::new(LinearAttention { scale })).cast();
    }
    ICL_OK
}

extern "C" fn destroy(instance: *mut c_void) {
    // SAFETY: made by create, and destroyed once.
    drop(unsafe { Box::from_raw(instance.cast::<LinearAttention>()) });
}

extern "C" fn build(
    instance: *mut c_void, graph: *const icl_graph, task: *const icl_signature,
    _error: *mut icl_error,
) -> icl_node {
    // SAFETY: the host's pointers are valid during the call.
    let (model, graph, task) = unsafe { (&*instance.cast::<LinearAttention>(), &*graph, &*task) };
    model.build(graph, task)
}

const fn text(literal: &CStr) -> *const c_char {
    literal.as_ptr()
}

static OPTIONS: Constant<[icl_option; 1]> = Constant([icl_option {
    struct_size: size_of::<icl_option>() as u32,
    kind: ICL_REAL,
    name: text(c"initial-scale"),
    default_text: text(c"0.1"),
    summary: text(c"standard deviation of the initial weights"),
    unit: null(),
    choices: null(),
    minimum: 0.0,
    maximum: 10.0,
}]);

static MODEL: Constant<icl_model> = Constant(icl_model {
    struct_size: size_of::<icl_model>() as u32,
    reserved: 0,
    build: Some(build),
    predict: null(),
});

static COMPONENTS: Constant<[icl_component; 1]> = Constant([icl_component {
    struct_size: size_of::<icl_component>() as u32,
    kind: ICL_MODEL,
    id: text(c"rust-attention"),
    version: text(c"1.0.0"),
    summary: text(c"linear attention in Rust"),
    options: &raw const OPTIONS as *const icl_option,
    option_count: 1,
    reserved: 0,
    create,
    destroy: Some(destroy),
    interface: &raw const MODEL as *const c_void,
    extension: null(),
}]);

static PLUGIN: Constant<icl_plugin> = Constant(icl_plugin {
    struct_size: size_of::<icl_plugin>() as u32,
    abi_minor: 0,
    name: text(c"rust-attention"),
    version: text(c"1.0.0"),
    license: text(c"Apache-2.0"),
    url: null(),
    components: &raw const COMPONENTS as *const icl_component,
    component_count: 1,
    reserved: 0,
});

#[link_section = ".note.icl"]
#[used]
static NOTE: icl_note = icl_note {
    name_size: 4, description_size: 8, kind: 1, name: *b"ICL\0", major: 1, minor: 0,
};

#[no_mangle]
pub extern "C" fn icl_plugin_v1(
    _host: *const c_void, _lowest_minor: u32, _highest_minor: u32, _error: *mut icl_error,
) -> *const icl_plugin {
    &raw const PLUGIN.0
}
