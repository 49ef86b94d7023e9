import ICLGraph

/// One evaluation of a graph, or of one step of a scan's body.
struct Evaluation {
  let graph: Graph
  let count: Int
  let inputs: [String: [Double]]
  let parameters: [String: [Double]]
  let weights: [Double]
  let random: (RandomSource, Shape, Int) -> [Double]
  /// Inputs that are given by node: those of a scan's body.
  var bindings: [NodeID: ReferenceValue] = [:]
  var known: [NodeID: ReferenceValue] = [:]
  var scans: [NodeID: [ReferenceValue]] = [:]

  mutating func values(of roots: [NodeID]) throws -> [ReferenceValue] {
    let needed = graph.reachable(from: roots)
    let initials = graph.parameters.filter {
      parameters[$0.name] == nil && needed.contains($0.node)
    }
    for id in graph.reachable(from: roots + initials.map(\.initial)) {
      if case .scan(let body) = graph[id].operation {
        scans[id] = try scan(id, body)
      } else {
        known[id] = try value(of: id)
      }
    }
    return roots.map { known[$0]! }
  }

  private func value(of id: NodeID) throws -> ReferenceValue {
    let node = graph[id]
    switch node.operation {
    case .input(let name):
      if let bound = bindings[id] { return bound }
      return try given(inputs[name], "input \(name)", node)
    case .parameter(let name):
      if let values = parameters[name] { return try given(values, "parameter \(name)", node) }
      return known[graph.parameters.first { $0.node == id }!.initial]!
    case .constant(let values): return ReferenceValue(tensors: [values], isBatched: false)
    case .promptWeight where !node.isBatched:
      return ReferenceValue(tensors: [[weights[0]]], isBatched: false)
    case .promptWeight: return ReferenceValue(tensors: weights.map { [$0] }, isBatched: true)
    case .random(let source):
      let tensors = (0..<(node.isBatched ? count : 1)).map { random(source, node.shape, $0) }
      return ReferenceValue(tensors: tensors, isBatched: node.isBatched)
    case .batchSum:
      let input = known[node.inputs[0]]!
      var sum = [Double](repeating: 0, count: node.shape.count)
      for prompt in 0..<count {
        for (element, term) in input[prompt].enumerated() { sum[element] += term }
      }
      return ReferenceValue(tensors: [sum], isBatched: false)
    case .result(let number): return scans[node.inputs[0]]![number]
    case .custom(let operation):
      return try custom(node) { try operation.forward($0, $1, $2) }
    case .customPullback(let operation, let input):
      return try custom(node) { try callPullback(operation, input, node, $0, $1, $2) }
    default:
      let operands = node.inputs.map { (value: known[$0]!, shape: graph.shape(of: $0)) }
      let tensors = (0..<(node.isBatched ? count : 1)).map { prompt in
        node.operation.reference(
          operands.map { ReferenceTensor(values: $0.value[prompt], shape: $0.shape) }, node.shape)
      }
      return ReferenceValue(tensors: tensors, isBatched: node.isBatched)
    }
  }

  private func given(
    _ values: [Double]?, _ what: String, _ node: Node
  ) throws -> ReferenceValue {
    let size = node.shape.count
    let tensors = node.isBatched ? count : 1
    guard let values else { throw ReferenceError("\(what) is not given") }
    guard values.count == tensors * size else {
      throw ReferenceError(
        "\(what) needs \(tensors) tensors of shape \(node.shape), that is \(tensors * size) values,"
          + " got \(values.count)")
    }
    return ReferenceValue(
      tensors: (0..<tensors).map { Array(values[$0 * size..<($0 + 1) * size]) },
      isBatched: node.isBatched)
  }
}
