/* SPDX-License-Identifier: Apache-2.0
 *
 * icl.h: the plugin interface of icl-host, version 1.
 *
 * A plugin is a shared library that offers components: models, tasks, metrics
 * and optimizers for the study of in-context learning. The host loads it, asks
 * what it has, and composes its components with others at run time. This header
 * is all that a plugin needs: C11, no library to link.
 *
 * A component declares; the host computes. A model describes the computation for
 * ONE prompt as a graph. The host batches it, differentiates it, plans its
 * memory and runs it on all cores.
 *
 * Contents: 0 a complete plugin, 1 rules, 2 errors and options, 3 what tasks and
 * models agree on, 4 the graph, 5 models, 6 tasks, 7 metrics, 8 optimizers,
 * 9 host services, 10 the plugin and its entry point, 11 layout.
 *
 * ---------------------------------------------------------------------------
 * 0. A COMPLETE PLUGIN
 *
 * One layer of linear attention. With scores s_j = x_j . (M x_q), the prediction
 * for the query x_q is  v / N * sum_j y_j s_j.  M and v are trained.
 * Build:  cc -std=c11 -shared -fPIC -fvisibility=hidden -I include tiny.c -o tiny.so
 * Run:    icl-host --model ./tiny.so --task ridge --set task.scoring=query

#include <icl/icl.h>
#include <stdlib.h>

static int32_t tiny_create(const icl_host *host, const icl_value *const *options,
                           uint32_t count, void **instance, icl_error *error) {
  (void)host; (void)count; (void)error;
  double *scale = malloc(sizeof *scale);
  if (!scale) return ICL_OUT_OF_MEMORY;
  *scale = options[0]->real;              // In the order of the table below.
  *instance = scale;
  return ICL_OK;
}

static icl_node tiny_build(void *instance, const icl_graph *g,
                           const icl_signature *task, icl_error *error) {
  (void)error;
  const uint64_t n = task->context_length, d = task->input_dimension;
  const double scale = *(const double *)instance;
  const uint64_t matrix[2] = {d, d}, one[1] = {1};

  icl_node x = icl_input(g, "x");                            // [n + 1, d]
  icl_node y = icl_input(g, "y");                            // [n, outputs]
  icl_node m = icl_parameter(g, "M", icl_scale(g, scale, icl_normal(g, "M", 2, matrix)));
  icl_node v = icl_parameter(g, "v", icl_scale(g, scale, icl_normal(g, "v", 1, one)));

  icl_node context = icl_slice_axis(g, x, 0, 0, n);          // [n, d]
  icl_node query = icl_slice_axis(g, x, 0, n, n + 1);        // [1, d]
  icl_node key = icl_einsum(g, "ij,qj->qi", m, query);       // [1, d]
  icl_node scores = icl_einsum(g, "qi,ni->qn", key, context);
  icl_node sum = icl_einsum(g, "qn,no->qo", scores, y);      // [1, outputs]
  return icl_scale(g, 1.0 / (double)n, icl_mul(g, v, sum));
}

static const icl_option tiny_options[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_REAL, .name = "initial-scale",
     .default_text = "0.3", .summary = "standard deviation of the initial weights",
     .minimum = 0.0, .maximum = 10.0}};

static const icl_model tiny_model = {.struct_size = sizeof(icl_model), .build = tiny_build};

static const icl_component tiny_components[] = {
    {.struct_size = sizeof(icl_component), .kind = ICL_MODEL, .id = "tiny-attention",
     .version = "1.0.0", .summary = "one head of linear attention, merged key and query",
     .options = tiny_options, .option_count = 1,
     .create = tiny_create, .destroy = free, .interface = &tiny_model}};

static const icl_plugin tiny_plugin = {
    .struct_size = sizeof(icl_plugin), .abi_minor = 0, .name = "tiny",
    .version = "1.0.0", .license = "Apache-2.0",
    .components = tiny_components, .component_count = 1};

ICL_PLUGIN_NOTE;

ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                           uint32_t highest_minor, icl_error *error) {
  (void)host; (void)lowest_minor; (void)highest_minor; (void)error;
  return &tiny_plugin;
}

 * ---------------------------------------------------------------------------
 * 1. RULES
 *
 * Sizes.    Every struct starts with struct_size: what its writer compiled. A
 *           reader uses a field only if the size says that it is there. Fields
 *           are only appended. A missing field is zero. Where a table is an array of
 *           structs, its stride is the struct_size of its first element.
 *           A struct that is handed in to be filled comes zeroed, with the
 *           caller's struct_size; write only what lies below it, and leave it.
 * Types.    Fixed-width integers, double, pointers. Strings are UTF-8, ended by
 *           NUL. Sizes of tensors are row-major, outermost axis first.
 * Memory.   Nobody frees what the other side allocated. What a plugin hands out
 *           (tables, names) lives until the process ends; what the host hands in
 *           lives until the call returns, unless its comment says otherwise.
 * Threads.  [main]: one thread, never two calls at a time for one instance.
 *           [any]: any thread, also several at once.
 * Errors.   A function returns ICL_OK or a code, and fills icl_error. Nothing may
 *           unwind (no C++ exception, no Rust panic, no longjmp).
 * Process.  A plugin leaves the process as it was: floating-point state, locale,
 *           signals, working directory, standard output.
 */
#ifndef ICL_ICL_H
#define ICL_ICL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ICL_ABI_MAJOR 1u
#define ICL_ABI_MINOR 0u

#if defined(__GNUC__) || defined(__clang__)
#define ICL_EXPORT __attribute__((visibility("default")))
#else
#define ICL_EXPORT
#endif

/* Whether the struct that p points to has a field. */
#define ICL_HAS(p, type, field) \
  ((p)->struct_size >= offsetof(type, field) + sizeof((p)->field))

/* ---------------------------------------------------------------------------
 * 2. ERRORS AND OPTIONS
 */

#define ICL_OK 0
#define ICL_INVALID 1        /* an option or argument is wrong; path names it      */
#define ICL_UNSUPPORTED 2    /* right, but this component cannot do it             */
#define ICL_OUT_OF_MEMORY 3
#define ICL_VERSION 4        /* no common minor version, or a service is missing   */
#define ICL_CANCELLED 5      /* the host asked to stop, and the plugin did         */
#define ICL_FAILED 6         /* anything else; the message says what               */

/* Owned by the caller. Texts are cut at the capacity, always ended by NUL. */
typedef struct icl_error {
  uint32_t struct_size;
  int32_t code;
  char path[128];    /* the option, tensor or node concerned; "" if none         */
  char message[512]; /* one sentence: what was expected, what was found          */
} icl_error;

#define ICL_INTEGER 1u
#define ICL_REAL 2u
#define ICL_BOOLEAN 3u
#define ICL_TEXT 4u
#define ICL_CHOICE 5u
#define ICL_REALS 6u /* a list of reals, written 1,0.5,0.25 */

/* An option as the plugin declares it. The host parses, checks and fills all
 * options before it creates anything; help, schemas and sweeps come from here. */
typedef struct icl_option {
  uint32_t struct_size;
  uint32_t type;            /* ICL_INTEGER ... ICL_REALS                          */
  const char *name;         /* kebab-case: "context-length"                       */
  const char *default_text; /* as a user would write it                           */
  const char *summary;      /* one sentence                                       */
  const char *unit;         /* NULL if it has none                                */
  const char *choices;      /* ICL_CHOICE: "merged|separate"; else NULL           */
  double minimum;           /* inclusive, for numbers and for each of a list;     */
  double maximum;           /* minimum == maximum == 0 means unbounded            */
} icl_option;

/* A checked value. The host passes one for each declared option, in its order. */
typedef struct icl_value {
  uint32_t struct_size;
  uint32_t type;
  int64_t integer;     /* ICL_INTEGER; ICL_BOOLEAN: 0 or 1; ICL_CHOICE: its index */
  double real;         /* ICL_REAL, and ICL_INTEGER converted                     */
  const char *text;    /* ICL_TEXT, ICL_CHOICE; UTF-8, but other bytes do no harm  */
  const double *reals; /* ICL_REALS                                               */
  uint64_t count;      /* ICL_REALS: how many                                     */
} icl_value;

typedef struct icl_host icl_host;

/* ---------------------------------------------------------------------------
 * 3. WHAT TASKS AND MODELS AGREE ON
 *
 * A prompt of an in-context regression has N context pairs and a query:
 *     x [N + 1, input_dimension]     the last row is the query
 *     y [N, output_dimension]        the query's label is not there
 *     target [positions, output_dimension]
 * Scored at the query, positions = 1 and the prediction is for the last row of x.
 * Scored at every prefix, positions = N + 1: position k is predicted from
 * x[0..k] and y[0..<k], so a model must be causal. Predictions have the shape of
 * the target. A task may add inputs of other names, and latents: what the prompt
 * was made from. Metrics may read latents; models may not.
 */

#define ICL_SCORED_AT_QUERY 0u
#define ICL_SCORED_AT_EVERY_PREFIX 1u

#define ICL_ROLE_INPUT 0u  /* models, losses, oracles and metrics may read it      */
#define ICL_ROLE_TARGET 1u /* losses and metrics; exactly one, named "target"      */
#define ICL_ROLE_LATENT 2u /* losses, oracles and metrics                          */

#define ICL_MAX_RANK 8u

typedef struct icl_tensor_spec {
  uint32_t struct_size;
  uint32_t role;
  const char *name;
  uint32_t rank;
  uint32_t reserved;
  uint64_t extents[ICL_MAX_RANK];
} icl_tensor_spec;

/* A number that others may want to know: "noise-variance", "prior-variance". Never grows. */
typedef struct icl_property {
  const char *name;
  double value;
} icl_property;

typedef struct icl_signature {
  uint32_t struct_size;
  uint32_t scoring;
  uint64_t context_length;   /* N                                                 */
  uint64_t input_dimension;
  uint64_t output_dimension;
  uint64_t positions;        /* scored positions                                  */
  const icl_tensor_spec *const *tensors;
  uint32_t tensor_count;
  uint32_t property_count;
  const icl_property *properties;
} icl_signature;

/* ---------------------------------------------------------------------------
 * 4. THE GRAPH
 *
 * A node is a tensor of one prompt; the batch is implicit. Shapes are static.
 * A parameter, a constant, and what is computed from them alone, is the same for
 * all prompts and is computed once a step.
 *
 * Errors are sticky: after the first, every call returns the null node 0, and
 * the host reports the first with its operation, shapes and path. So plugin code
 * needs no check per line. All functions: [main], and only during the call that
 * was given the graph.
 *
 * Write the plain formula: the host finds the cheap order. (Q K^T) V costs the
 * same as Q (K^T V) here.
 */

typedef uint32_t icl_node;
typedef struct icl_builder icl_builder; /* the host's; opaque */
typedef struct icl_graph icl_graph;

/* unary */
#define ICL_NEGATE 1u
#define ICL_EXP 2u
#define ICL_LOG 3u
#define ICL_SQRT 4u
#define ICL_RSQRT 5u
#define ICL_RECIPROCAL 6u
#define ICL_SQUARE 7u
#define ICL_ABS 8u
#define ICL_SIGN 9u
#define ICL_SIN 10u
#define ICL_COS 11u
#define ICL_TANH 12u
#define ICL_SIGMOID 13u
#define ICL_SOFTPLUS 14u
#define ICL_RELU 15u
#define ICL_GELU 16u  /* x Phi(x), with the exact normal distribution function   */
#define ICL_SILU 17u  /* x sigmoid(x)                                            */
#define ICL_ERF 18u
#define ICL_FLOOR 19u /* derivative zero                                         */
#define ICL_STOP_GRADIENT 20u

/* binary, with broadcasting: shapes are aligned at their last axes, an extent of 1 stretches */
#define ICL_ADD 1u
#define ICL_SUBTRACT 2u
#define ICL_MULTIPLY 3u
#define ICL_DIVIDE 4u
#define ICL_MAXIMUM 5u
#define ICL_MINIMUM 6u
#define ICL_POWER 7u /* a^b for a > 0                                             */
#define ICL_LESS 8u  /* 1 or 0; derivative zero                                   */
#define ICL_EQUAL 9u /* 1 or 0; derivative zero                                   */

/* reductions */
#define ICL_SUM 1u
#define ICL_MEAN 2u
#define ICL_MAX 3u /* derivative to the first of equal values                      */

/* random sources */
#define ICL_UNIFORM 1u     /* in [0, 1)                                            */
#define ICL_NORMAL 2u      /* mean 0, variance 1                                   */
#define ICL_ORTHOGONAL 3u  /* Haar-distributed, shape [n, n]                       */
#define ICL_PERMUTATION 4u /* of 0 ..< n, shape [n]                                */
#define ICL_INDEX 5u       /* no draw: which prompt of the step it is, from 0; per prompt, [1] */
#define ICL_PER_PROMPT 0u  /* drawn anew for every prompt; in tasks only           */
#define ICL_PER_RUN 1u     /* drawn once, from the seed of the run                 */

/* A recurrence with a body. For t = 0, 1, ... (or from the end if reverse):
 *     (carry, outputs[t]) = body(carry, sequences[t], shared)
 * Sequences run along their first axis. The body is called once, while scan is
 * called, to record it; it may use only the nodes it is given, and constants. */
typedef struct icl_scan {
  uint32_t struct_size;
  uint32_t reverse;
  uint32_t carry_count;
  uint32_t sequence_count;
  uint32_t shared_count;
  uint32_t output_count;
  const icl_node *initial;
  const icl_node *sequences;
  const icl_node *shared;
  void *user;
  void (*body)(void *user, const icl_graph *g, const icl_node *carry,
               const icl_node *slices, const icl_node *shared, icl_node *next_carry,
               icl_node *outputs);
  uint64_t length; /* of the loop, where sequence_count is 0 */
} icl_scan;

/* An operation that the plugin computes by itself. count prompts at once: input k
 * holds count tensors one behind the other. Every output value must be written.
 * The 32-bit forms are optional: without them the host converts. Without a
 * pullback the operation can be used but not trained through. [any]
 * input_gradients[k] = (d output / d input k)^T output_gradient. The struct is
 * copied; user must stay valid until the instance that built the graph is
 * destroyed. */
typedef struct icl_custom {
  uint32_t struct_size;
  uint32_t rank; /* of the output */
  const char *name;
  const uint64_t *extents;
  void *user;
  int32_t (*forward_f64)(void *user, uint64_t count, const double *const *inputs, double *output);
  int32_t (*pullback_f64)(void *user, uint64_t count, const double *const *inputs,
                          const double *output, const double *output_gradient,
                          double *const *input_gradients);
  int32_t (*forward_f32)(void *user, uint64_t count, const float *const *inputs, float *output);
  int32_t (*pullback_f32)(void *user, uint64_t count, const float *const *inputs,
                          const float *output, const float *output_gradient,
                          float *const *input_gradients);
} icl_custom;

struct icl_graph {
  uint32_t struct_size;
  uint32_t reserved;
  icl_builder *builder; /* first argument of every function below */

  /* Leaves. */
  icl_node (*input)(icl_builder *, const char *name);
  /* A trained tensor. initial (made of random and constant nodes) gives its shape and its value
   * at the start. Names are unique: "layers.0.key". */
  icl_node (*parameter)(icl_builder *, const char *name, icl_node initial);
  /* Row-major; at most 2^28 values. */
  icl_node (*constant)(icl_builder *, uint32_t rank, const uint64_t *extents, const double *values);
  icl_node (*scalar)(icl_builder *, double value);
  /* The same (seed, stream) gives the same numbers, whatever else the graph has. */
  icl_node (*random)(icl_builder *, uint32_t kind, uint32_t scope, const char *stream,
                     uint32_t rank, const uint64_t *extents);

  /* Elementwise. */
  icl_node (*unary)(icl_builder *, uint32_t operation, icl_node a);
  icl_node (*binary)(icl_builder *, uint32_t operation, icl_node a, icl_node b);
  icl_node (*select)(icl_builder *, icl_node condition, icl_node if_nonzero, icl_node if_zero);

  /* Sums of products. "ij,jk->ik"; one letter an axis; b = 0 for one operand: "ii->i" is refused,
   * "ij->ji" and "ij->i" are not. Letters missing on the right are summed. */
  icl_node (*einsum)(icl_builder *, const char *spec, icl_node a, icl_node b);
  icl_node (*reduce)(icl_builder *, uint32_t operation, icl_node a, uint32_t axis_count,
                     const uint32_t *axes, uint32_t keep_axes);

  /* Shape. */
  icl_node (*reshape)(icl_builder *, icl_node a, uint32_t rank, const uint64_t *extents);
  icl_node (*transpose)(icl_builder *, icl_node a, const uint32_t *permutation);
  /* start, stop and stride for each axis; stride NULL means 1. */
  icl_node (*slice)(icl_builder *, icl_node a, const uint64_t *start, const uint64_t *stop,
                    const uint64_t *stride);
  icl_node (*concatenate)(icl_builder *, uint32_t count, const icl_node *nodes, uint32_t axis);
  icl_node (*pad)(icl_builder *, icl_node a, const uint64_t *before, const uint64_t *after,
                  double value);
  icl_node (*broadcast)(icl_builder *, icl_node a, uint32_t rank, const uint64_t *extents);
  /* Rows of a along axis, by number: indices has rank 1 and holds whole numbers in range. */
  icl_node (*gather)(icl_builder *, icl_node a, icl_node indices, uint32_t axis);

  /* Along an axis. */
  /* mask: 0 for none, or a constant that broadcasts to a: nonzero = allowed. Weights of positions
   * that are not allowed are exactly 0; a row with none allowed is all 0. */
  icl_node (*softmax)(icl_builder *, icl_node a, icl_node mask, uint32_t axis);
  icl_node (*cumulative_sum)(icl_builder *, icl_node a, uint32_t axis, uint32_t exclusive,
                             uint32_t reverse);
  /* h[t] = a[t] h[t-1] + b[t] along the first axis; a and b of one shape; h[-1] = initial, of the
   * shape without the first axis, or zero where initial is 0. */
  icl_node (*linear_recurrence)(icl_builder *, icl_node a, icl_node b, icl_node initial);
  /* results: the last carries, then the outputs stacked along a new first axis. */
  void (*scan)(icl_builder *, const icl_scan *scan, icl_node *results);
  /* X with A X = B, for A [..., n, n] symmetric positive definite and B [..., n, k]. Only the lower
   * triangle of A is read; its derivative is symmetric. */
  icl_node (*solve)(icl_builder *, icl_node a, icl_node b);
  icl_node (*custom)(icl_builder *, const icl_custom *operation, uint32_t count,
                     const icl_node *inputs);

  /* Names: metrics read, record and patch named values. Scopes nest and join with dots. */
  icl_node (*name)(icl_builder *, icl_node a, const char *name);
  void (*begin_scope)(icl_builder *, const char *name);
  void (*end_scope)(icl_builder *);

  /* Shapes: rank, and extents into a buffer of ICL_MAX_RANK. Rank of the null node: 0. */
  uint32_t (*shape)(icl_builder *, icl_node a, uint64_t *extents);
  /* Reports the plugin's own error as the graph's first. Returns the null node. */
  icl_node (*fail)(icl_builder *, const char *message);
  /* Tasks: declares a as the prompt's tensor of this name. Metrics: as a value to record. */
  void (*output)(icl_builder *, const char *name, icl_node a);
  /* The derivative of the sum of all elements of a with respect to b, of the shape of b, for each
   * prompt by itself; zeros where a does not depend on b. */
  icl_node (*gradient)(icl_builder *, icl_node a, icl_node b);
  /* L of a [..., m, n], m >= n. The first n rows of a, A1, are symmetric positive definite, and
   * only their lower triangle is read; those of L are L1, lower triangular with L1 L1^T = A1. Of
   * further rows B, L holds B L1^-T: a row b becomes z with L1 z = b. The derivative for A1 is
   * symmetric. */
  icl_node (*cholesky)(icl_builder *, icl_node a);
};

/* The same functions, easier to read in C. */
static inline icl_node icl_input(const icl_graph *g, const char *name) {
  return g->input(g->builder, name);
}
static inline icl_node icl_parameter(const icl_graph *g, const char *name, icl_node initial) {
  return g->parameter(g->builder, name, initial);
}
static inline icl_node icl_scalar(const icl_graph *g, double value) {
  return g->scalar(g->builder, value);
}
/* Normal numbers for an initial value: one draw a run. */
static inline icl_node icl_normal(const icl_graph *g, const char *stream, uint32_t rank,
                                  const uint64_t *extents) {
  return g->random(g->builder, ICL_NORMAL, ICL_PER_RUN, stream, rank, extents);
}
/* Normal numbers for a task: one draw a prompt. */
static inline icl_node icl_prompt_normal(const icl_graph *g, const char *stream, uint32_t rank,
                                         const uint64_t *extents) {
  return g->random(g->builder, ICL_NORMAL, ICL_PER_PROMPT, stream, rank, extents);
}
static inline icl_node icl_unary(const icl_graph *g, uint32_t operation, icl_node a) {
  return g->unary(g->builder, operation, a);
}
static inline icl_node icl_add(const icl_graph *g, icl_node a, icl_node b) {
  return g->binary(g->builder, ICL_ADD, a, b);
}
static inline icl_node icl_sub(const icl_graph *g, icl_node a, icl_node b) {
  return g->binary(g->builder, ICL_SUBTRACT, a, b);
}
static inline icl_node icl_mul(const icl_graph *g, icl_node a, icl_node b) {
  return g->binary(g->builder, ICL_MULTIPLY, a, b);
}
static inline icl_node icl_div(const icl_graph *g, icl_node a, icl_node b) {
  return g->binary(g->builder, ICL_DIVIDE, a, b);
}
static inline icl_node icl_scale(const icl_graph *g, double factor, icl_node a) {
  return g->binary(g->builder, ICL_MULTIPLY, g->scalar(g->builder, factor), a);
}
static inline icl_node icl_einsum(const icl_graph *g, const char *spec, icl_node a, icl_node b) {
  return g->einsum(g->builder, spec, a, b);
}
static inline icl_node icl_sum_axis(const icl_graph *g, icl_node a, uint32_t axis) {
  return g->reduce(g->builder, ICL_SUM, a, 1, &axis, 0);
}
static inline icl_node icl_mean_axis(const icl_graph *g, icl_node a, uint32_t axis) {
  return g->reduce(g->builder, ICL_MEAN, a, 1, &axis, 0);
}
static inline icl_node icl_name(const icl_graph *g, icl_node a, const char *name) {
  return g->name(g->builder, a, name);
}
/* a[..., start ..< stop, ...] along one axis. */
static inline icl_node icl_slice_axis(const icl_graph *g, icl_node a, uint32_t axis,
                                      uint64_t start, uint64_t stop) {
  uint64_t first[ICL_MAX_RANK] = {0}, last[ICL_MAX_RANK] = {0};
  const uint32_t rank = g->shape(g->builder, a, last);
  if (axis >= rank) {
    return g->fail(g->builder, "icl_slice_axis: the axis is not below the rank");
  }
  first[axis] = start;
  last[axis] = stop;
  return g->slice(g->builder, a, first, last, (const uint64_t *)0);
}

/* ---------------------------------------------------------------------------
 * 5. MODELS
 *
 * build: returns the predictions, of the target's shape. A model without
 * parameters is a predictor (ridge, least squares) and is never trained.
 *
 * predict: for predictors that a graph cannot say. count prompts at once: input k
 * holds count tensors, in the order of the inputs in the signature; predictions
 * holds count tensors of the target's shape. Exactly one of the two is given.
 */
typedef struct icl_model {
  uint32_t struct_size;
  uint32_t reserved;
  icl_node (*build)(void *instance, const icl_graph *g, const icl_signature *task,
                    icl_error *error); /* [main] */
  int32_t (*predict)(void *instance, const icl_signature *task, uint64_t count,
                     const double *const *inputs, double *predictions,
                     icl_error *error); /* [any] */
} icl_model;

/* ---------------------------------------------------------------------------
 * 6. TASKS
 */

/* The random numbers of one prompt, for tasks that sample by themselves: a pure
 * function of the run's seed, the stream's name, the step and the prompt's index.
 * Valid during the call. [any] */
typedef struct icl_draw {
  uint32_t struct_size;
  uint32_t reserved;
  void *state;
  void (*uniform)(void *state, const char *stream, uint64_t prompt, uint64_t count, double *values);
  void (*normal)(void *state, const char *stream, uint64_t prompt, uint64_t count, double *values);
} icl_draw;

typedef struct icl_task {
  uint32_t struct_size;
  uint32_t reserved;
  /* What a prompt holds. The pointers in it live as long as the instance. [main] */
  int32_t (*signature)(void *instance, icl_signature *signature, icl_error *error);
  /* How a prompt is drawn, as a graph: calls output() for every tensor of the signature. [main] */
  int32_t (*declare)(void *instance, const icl_graph *g, icl_error *error);
  /* Or by itself: prompts first ..< first + count, tensor k of the signature into tensors[k], one
   * prompt behind the other. Given only where declare is NULL. [any] */
  int32_t (*sample)(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,
                    double *const *tensors, icl_error *error);
  /* Loss at each scored position, shape [positions]. NULL: squared error, summed over outputs.
   * May read every tensor with input(). [main] */
  icl_node (*loss)(void *instance, const icl_graph *g, icl_node predictions, icl_error *error);
  /* The best possible prediction, of the target's shape, from inputs and what the task knows of
   * itself. NULL if it has none. [main] */
  icl_node (*oracle)(void *instance, const icl_graph *g, icl_error *error);
} icl_task;

/* ---------------------------------------------------------------------------
 * 7. METRICS
 *
 * An evaluation comes in chunks: begin, observe, accumulate for each chunk in order
 * of the prompts, then finish, which reports. Values are row-major, prompt outermost.
 * A value reported under a name that begins with "theory." is drawn beside the
 * measured value of the rest of that name.
 */

#define ICL_NEEDS_PREDICTIONS 1u
#define ICL_NEEDS_LATENTS 2u
#define ICL_NEEDS_ORACLE 4u
#define ICL_NEEDS_INPUTS 8u
#define ICL_NEEDS_PARAMETERS 16u /* in the snapshot                                */
#define ICL_NEEDS_START 32u      /* the parameters before training, too            */

/* Never grows. */
typedef struct icl_named_values {
  const char *name;
  const double *values; /* count tensors */
  uint64_t elements;    /* of one        */
} icl_named_values;

typedef struct icl_chunk {
  uint32_t struct_size;
  uint32_t latent_count;
  uint64_t count;              /* prompts in this chunk                           */
  const double *predictions;   /* [count, positions, output_dimension]            */
  const double *targets;       /* the same shape                                  */
  const double *losses;        /* [count, positions]                              */
  const double *oracle_losses; /* the same, or NULL without an oracle             */
  const icl_named_values *latents;
  const icl_named_values *inputs;
  uint32_t input_count;
  uint32_t declared_count;
  const icl_named_values *declared; /* what declare put out                       */
} icl_chunk;

/* A parameter. Never grows. */
typedef struct icl_tensor {
  const char *name;
  const double *values; /* row-major */
  uint64_t rank;
  const uint64_t *extents;
} icl_tensor;

/* An option of the run, as it was set or by default. Never grows. */
typedef struct icl_setting {
  const char *owner; /* "task", "model", "optimizer", "run"                       */
  const char *name;
  const char *text;  /* as a user would write it                                  */
  double value;      /* of a number; else NaN, a choice's index, 0 or 1           */
} icl_setting;

/* Where a run stands when it is evaluated. */
typedef struct icl_snapshot {
  uint32_t struct_size;
  uint32_t parameter_count;
  uint64_t step;                /* optimizer steps done                           */
  uint64_t steps;               /* of the whole run                               */
  const icl_tensor *parameters; /* NULL unless needed                             */
  const icl_tensor *start;      /* the same before training; NULL unless needed   */
  const icl_setting *settings;
  uint64_t setting_count;
} icl_snapshot;

/* Where a metric reports. standard_errors may be NULL. axis names what is counted
 * ("context length"); first_index is the axis value of values[0]; a scalar has
 * count 1 and axis NULL. All texts and values are copied. */
typedef struct icl_report {
  uint32_t struct_size;
  uint32_t reserved;
  void *state;
  void (*values)(void *state, const char *name, const char *axis, int64_t first_index,
                 uint64_t count, const double *values, const double *standard_errors);
  /* A table, row-major; axes holds one name for each axis. At most ICL_MAX_RANK. */
  void (*tensor)(void *state, const char *name, uint32_t rank, const uint64_t *extents,
                 const char *const *axes, const double *values, const double *standard_errors);
} icl_report;

typedef struct icl_metric {
  uint32_t struct_size;
  uint32_t needs;
  int32_t (*begin)(void *instance, const icl_signature *task, void **accumulator, icl_error *error);
  int32_t (*accumulate)(void *accumulator, const icl_chunk *chunk, icl_error *error);
  /* Reports, and frees the accumulator. report is NULL if the evaluation was given up. */
  int32_t (*finish)(void *accumulator, const icl_report *report, icl_error *error);
  /* Values that the host shall compute for every prompt: may read every tensor of the signature,
   * "predictions", "losses", and the named values of the model, and calls output() for each. Its
   * graph may draw nothing and train nothing. NULL if there are none. */
  int32_t (*declare)(void *instance, const icl_graph *g, const icl_signature *task,
                     icl_error *error);
  /* Where the run stands; pointers in it live during the call. NULL if it does not matter. */
  int32_t (*observe)(void *accumulator, const icl_snapshot *snapshot, icl_error *error);
} icl_metric; /* [main] */

/* ---------------------------------------------------------------------------
 * 8. OPTIMIZERS
 */

#define ICL_F32 1u
#define ICL_F64 2u

/* One parameter tensor in one step. */
typedef struct icl_update {
  uint32_t struct_size;
  uint32_t element_type;      /* ICL_F32 or ICL_F64: of all buffers               */
  uint64_t step;              /* 1 in the first step                              */
  double learning_rate_scale; /* the schedule's factor: multiply your rate by it  */
  uint64_t count;             /* elements                                         */
  void *parameters;           /* updated in place                                 */
  const void *gradients;
  void *const *state;         /* state_count arrays of count elements, zero at first */
  const char *name;
  const uint64_t *extents;
  uint32_t rank;
  uint32_t reserved;
} icl_update;

/* The function that a driving optimizer minimises: all parameters, flattened in the order of the
 * graph. Returns ICL_OK, or ICL_CANCELLED when it is time to stop. */
typedef struct icl_objective {
  uint32_t struct_size;
  uint32_t reserved;
  void *state;
  uint64_t count;
  int32_t (*evaluate)(void *state, const double *parameters, double *loss,
                      double *gradient); /* [main] */
} icl_objective;

typedef struct icl_optimizer {
  uint32_t struct_size;
  uint32_t state_count; /* arrays of a parameter's size that step needs */
  int32_t (*step)(void *instance, const icl_update *update, icl_error *error); /* [any] */
  /* Or: drives the run. parameters holds the start and receives the result. [main] */
  int32_t (*minimize)(void *instance, const icl_objective *objective, double *parameters,
                      icl_error *error);
} icl_optimizer;

/* ---------------------------------------------------------------------------
 * 9. HOST SERVICES
 *
 * Asked for by name: host->extension(host, ICL_EXTENSION_LOG). A host that does
 * not have one returns NULL, and the plugin goes on without. Tables live until
 * the process ends. Names that start with "draft." may change. Each function
 * takes the host that the component's create was given; it may differ from
 * instance to instance.
 */

#define ICL_EXTENSION_LOG "icl.log/1"
#define ICL_EXTENSION_PARALLEL "icl.parallel/1"
#define ICL_EXTENSION_ARENA "icl.arena/1"
#define ICL_EXTENSION_RUN "icl.run/1"

#define ICL_LOG_DEBUG 0u
#define ICL_LOG_INFO 1u
#define ICL_LOG_WARNING 2u

typedef struct icl_log {
  uint32_t struct_size;
  uint32_t reserved;
  void (*write)(const icl_host *host, uint32_t level, const char *message); /* [any] */
} icl_log;

typedef struct icl_parallel {
  uint32_t struct_size;
  uint32_t reserved;
  uint32_t (*threads)(const icl_host *host); /* [any] */
  /* Calls body(user, i) for every i below count, on the host's threads; returns after the last.
   * Not from inside a body. [any] */
  void (*run)(const icl_host *host, uint64_t count, void *user,
              void (*body)(void *user, uint64_t index));
} icl_parallel;

typedef struct icl_arena {
  uint32_t struct_size;
  uint32_t reserved;
  /* Aligned to 64 bytes, zeroed; NULL if there is no memory. Freed by the host when the calling
   * component is destroyed, or earlier with release. [any] */
  void *(*allocate)(const icl_host *host, uint64_t bytes);
  void (*release)(const icl_host *host, void *memory);
} icl_arena;

typedef struct icl_run {
  uint32_t struct_size;
  uint32_t reserved;
  /* Nonzero when the user wants to stop; ask in long loops. [any] */
  int32_t (*cancelled)(const icl_host *host);
  void (*progress)(const icl_host *host, double fraction, const char *what); /* [any] */
} icl_run;

struct icl_host {
  uint32_t struct_size;
  uint32_t abi_minor; /* the highest that the host speaks */
  const char *name;
  const char *version;
  const void *(*extension)(const icl_host *host, const char *id); /* [any] */
};

/* ---------------------------------------------------------------------------
 * 10. THE PLUGIN AND ITS ENTRY POINT
 */

#define ICL_MODEL 1u
#define ICL_TASK 2u
#define ICL_METRIC 3u
#define ICL_OPTIMIZER 4u

typedef struct icl_component {
  uint32_t struct_size;
  uint32_t kind;
  const char *id;      /* kebab-case, unique in the plugin for its kind            */
  const char *version; /* of the component: 1.2.0                                  */
  const char *summary; /* one sentence                                             */
  const icl_option *options;
  uint32_t option_count;
  uint32_t reserved;
  /* Makes an instance. Several may live at once. [main] */
  int32_t (*create)(const icl_host *host, const icl_value *const *options, uint32_t count,
                    void **instance, icl_error *error);
  void (*destroy)(void *instance); /* NULL if there is nothing to free [main] */
  const void *interface;           /* icl_model, icl_task, icl_metric or icl_optimizer */
  /* Further abilities by name; NULL for unknown ones. The pointer itself may be NULL. [any] */
  const void *(*extension)(const char *id);
} icl_component;

typedef struct icl_plugin {
  uint32_t struct_size;
  uint32_t abi_minor; /* the lowest minor that has all that the plugin needs */
  const char *name;
  const char *version;
  const char *license; /* SPDX */
  const char *url;     /* or NULL */
  const icl_component *components;
  uint32_t component_count;
  uint32_t reserved;
} icl_plugin;

/* The one exported symbol. Returns the plugin's table, or NULL with an error
 * (ICL_VERSION if it speaks none of these minors). Called once. [main] */
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                           uint32_t highest_minor, icl_error *error);

/* The ELF note that says what this library is, before any of its code runs:
 * name "ICL", type 1, description: major, minor. Never grows. Write ICL_PLUGIN_NOTE; once in
 * a C or C++ plugin. */
#define ICL_NOTE_TYPE 1u
typedef struct icl_note {
  uint32_t name_size;
  uint32_t description_size;
  uint32_t type;
  char name[4];
  uint32_t major;
  uint32_t minor;
} icl_note;

#define ICL_PLUGIN_NOTE                                                                   \
  __attribute__((section(".note.icl"), used, aligned(4))) static const icl_note          \
      icl_plugin_note = {4u, 8u, ICL_NOTE_TYPE, {'I', 'C', 'L', '\0'}, ICL_ABI_MAJOR,    \
                         ICL_ABI_MINOR}

/* ---------------------------------------------------------------------------
 * 11. LAYOUT (LP64). A compiler that disagrees cannot build a plugin.
 */
#ifdef __cplusplus
#define ICL_ASSERT_SIZE(type, size) static_assert(sizeof(type) == (size), #type)
#else
#define ICL_ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#endif
ICL_ASSERT_SIZE(icl_error, 648);
ICL_ASSERT_SIZE(icl_option, 64);
ICL_ASSERT_SIZE(icl_value, 48);
ICL_ASSERT_SIZE(icl_tensor_spec, 88);
ICL_ASSERT_SIZE(icl_property, 16);
ICL_ASSERT_SIZE(icl_signature, 64);
ICL_ASSERT_SIZE(icl_scan, 72);
ICL_ASSERT_SIZE(icl_custom, 64);
ICL_ASSERT_SIZE(icl_graph, 264);
ICL_ASSERT_SIZE(icl_model, 24);
ICL_ASSERT_SIZE(icl_draw, 32);
ICL_ASSERT_SIZE(icl_task, 48);
ICL_ASSERT_SIZE(icl_named_values, 24);
ICL_ASSERT_SIZE(icl_chunk, 80);
ICL_ASSERT_SIZE(icl_tensor, 32);
ICL_ASSERT_SIZE(icl_setting, 32);
ICL_ASSERT_SIZE(icl_snapshot, 56);
ICL_ASSERT_SIZE(icl_report, 32);
ICL_ASSERT_SIZE(icl_metric, 48);
ICL_ASSERT_SIZE(icl_update, 80);
ICL_ASSERT_SIZE(icl_objective, 32);
ICL_ASSERT_SIZE(icl_optimizer, 24);
ICL_ASSERT_SIZE(icl_log, 16);
ICL_ASSERT_SIZE(icl_parallel, 24);
ICL_ASSERT_SIZE(icl_arena, 24);
ICL_ASSERT_SIZE(icl_run, 24);
ICL_ASSERT_SIZE(icl_host, 32);
ICL_ASSERT_SIZE(icl_component, 80);
ICL_ASSERT_SIZE(icl_plugin, 56);
ICL_ASSERT_SIZE(icl_note, 24);

#ifdef __cplusplus
}
#endif
#endif /* ICL_ICL_H */
