/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two sides may ask of each other. The arguments of each stand where it is sent.
 */
#ifndef ICL_CALLS_H
#define ICL_CALLS_H

/* By the host, of the worker. */
enum {
  OPEN = 1,
  CREATE,
  DESTROY,
  BUILD,
  PREDICT,
  SIGNATURE,
  DECLARE,
  SAMPLE,
  LOSS,
  ORACLE,
  BEGIN,
  ACCUMULATE,
  FINISH,
  DECLARE_METRIC,
  OBSERVE,
  STEP,
  MINIMIZE,
  FORWARD_F64,
  PULLBACK_F64,
  FORWARD_F32,
  PULLBACK_F32,
  BODY,
};

/* By the worker, of the host. Graph functions are in the order of icl_graph, and begin with the
 * number of the graph. */
enum {
  LOG = 100,
  PROGRESS,
  UNIFORM,
  NORMAL,
  EVALUATE,
  REPORT_VALUES,
  REPORT_TENSOR,
  GRAPH_INPUT = 200,
  GRAPH_PARAMETER,
  GRAPH_CONSTANT,
  GRAPH_SCALAR,
  GRAPH_RANDOM,
  GRAPH_UNARY,
  GRAPH_BINARY,
  GRAPH_SELECT,
  GRAPH_EINSUM,
  GRAPH_REDUCE,
  GRAPH_RESHAPE,
  GRAPH_TRANSPOSE,
  GRAPH_SLICE,
  GRAPH_CONCATENATE,
  GRAPH_PAD,
  GRAPH_BROADCAST,
  GRAPH_GATHER,
  GRAPH_SOFTMAX,
  GRAPH_CUMULATIVE_SUM,
  GRAPH_LINEAR_RECURRENCE,
  GRAPH_SCAN,
  GRAPH_SOLVE,
  GRAPH_CUSTOM,
  GRAPH_NAME,
  GRAPH_BEGIN_SCOPE,
  GRAPH_END_SCOPE,
  GRAPH_SHAPE,
  GRAPH_FAIL,
  GRAPH_OUTPUT,
  GRAPH_GRADIENT,
};

#endif
