/// One pass from outputs back to inputs, which appends the nodes of the derivative.
///
/// Rules use only operations that have a derivative themselves, so a sweep can go over the nodes of
/// an earlier sweep.
struct ReverseSweep {
  var graph: Graph
  /// The cotangents collected so far.
  private(set) var cotangents: [NodeID: NodeID] = [:]
  /// For each scan, the cotangents of its results, by number.
  private var resultCotangents: [NodeID: [Int: NodeID]] = [:]
  let targets: Set<NodeID>
  let isActive: [Bool]
  let sumsOverPrompts: Bool

  init(graph: Graph, targets: [NodeID], sumsOverPrompts: Bool) {
    self.graph = graph
    self.targets = Set(targets)
    self.sumsOverPrompts = sumsOverPrompts
    isActive = graph.activity(of: targets)
  }

  mutating func run(from outputs: [NodeID], _ seeds: [NodeID]) throws(GraphError) {
    for (output, seed) in zip(outputs, seeds) { try pass(seed, to: output, from: output) }
    for index in isActive.indices.reversed() where isActive[index] {
      let id = NodeID(index)
      if case .scan(let body) = graph[id].operation {
        guard let results = resultCotangents[id] else { continue }
        try scan(id, body, results)
      } else if let cotangent = cotangents[id] {
        try apply(id, cotangent)
      }
    }
  }

  /// Adds a contribution to a node's cotangent, as it comes from one of the node's users.
  mutating func pass(
    _ contribution: NodeID, to node: NodeID, from user: NodeID
  ) throws(GraphError) {
    guard isActive[node.index] else { return }
    var sum = contribution
    if sumsOverPrompts, graph[user].isBatched, !graph[node].isBatched {
      if case .broadcast = graph[node].operation, !targets.contains(node) {
        // Summing over the stretched axes first leaves less to add up over prompts.
        let source = graph[node].inputs[0]
        let reduced = try graph.sumStretched(contribution, to: graph.shape(of: source))
        return try pass(reduced, to: source, from: user)
      }
      sum = graph.batchSum(contribution)
    }
    if let known = cotangents[node] { sum = try graph.add(known, sum) }
    cotangents[node] = sum
  }

  private mutating func apply(_ id: NodeID, _ cotangent: NodeID) throws(GraphError) {
    let node = graph[id]
    let inputs = node.inputs
    switch node.operation {
    case .input, .parameter, .constant, .random, .promptWeight, .firstMaximum, .scan: break
    case .unary(let operation):
      if let factor = try graph.derivative(of: operation, at: inputs[0], value: id) {
        try pass(graph.multiply(cotangent, factor), to: inputs[0], from: id)
      }
    case .binary(let operation): try binary(operation, id, cotangent)
    case .select: try select(id, cotangent)
    case .einsum(let spec): try einsum(spec, id, cotangent)
    case .reduce(let reduction, let axes): try reduce(reduction, axes, id, cotangent)
    case .batchSum:
      // Every prompt's term has derivative 1. An unbatched input stands for as many equal terms.
      let input = inputs[0]
      let share = graph[input].isBatched ? cotangent : graph.batchSum(cotangent)
      try pass(share, to: input, from: id)
    case .reshape, .transpose, .slice, .concatenate, .pad, .broadcast, .gather, .scatterAdd:
      try rearrange(id, cotangent)
    case .softmax(let axis, _): try softmax(axis, id, cotangent)
    case .cumulativeSum(let axis, let exclusive, let reverse):
      let sum = try graph.cumulativeSum(
        cotangent, axis: axis, exclusive: exclusive, reverse: !reverse)
      try pass(sum, to: inputs[0], from: id)
    case .linearRecurrence(let reverse, _): try linearRecurrence(reverse, id, cotangent)
    case .result(let number):
      // A scan has one rule for all of its results, applied when the sweep reaches it.
      resultCotangents[inputs[0], default: [:]][number] = cotangent
    case .solve: try solve(id, cotangent)
    case .cholesky: try cholesky(id, cotangent)
    case .custom(let operation): try custom(operation, id, cotangent)
    case .customPullback(let operation, _):
      throw GraphError(
        operation: "custom \(operation.name)",
        message: "its pullback cannot be differentiated; second derivatives need an operation that "
          + "is made of host operations")
    }
  }
}
