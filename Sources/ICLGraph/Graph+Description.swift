extension Graph {
  /// One line a node: "%12 [4, 8] batched = einsum ij,jk->ik %3 %7   // layers.0.scores".
  public func description(of roots: [NodeID]) -> String {
    var namesByNode: [NodeID: [String]] = [:]
    for (name, node) in names { namesByNode[node, default: []].append(name) }
    let lines = reachable(from: roots).map { id in
      let node = self[id]
      let inputs = node.inputs.map { " %\($0.index)" }.joined()
      let names = namesByNode[id].map { "   // " + $0.sorted().joined(separator: ", ") } ?? ""
      return "%\(id.index) \(node.shape)\(node.isBatched ? " batched" : "") = "
        + "\(node.operation)\(inputs)\(names)"
    }
    return lines.joined(separator: "\n")
  }
}

extension Operation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .input(let name): "input \(name)"
    case .parameter(let name): "parameter \(name)"
    case .constant(let values):
      values.count <= 4
        ? "constant \(values)" : "constant [\(values[0]), \(values[1]), ... \(values.count) values]"
    case .random(let source): "random \(source.kind) per \(source.scope), stream \(source.stream)"
    case .promptWeight: "prompt weight"
    case .unary(let operation): "\(operation)"
    case .binary(let operation): "\(operation)"
    case .select: "select"
    case .einsum(let spec): "einsum \(spec.text)"
    case .reduce(let reduction, let axes): "\(reduction) over \(axes)"
    case .firstMaximum(let axes): "first maximum over \(axes)"
    case .batchSum: "batch sum"
    case .reshape: "reshape"
    case .transpose(let permutation): "transpose \(permutation)"
    case .slice(let start, let stop, let stride):
      stride.allSatisfy { $0 == 1 }
        ? "slice \(start) to \(stop)" : "slice \(start) to \(stop) by \(stride)"
    case .concatenate(let axis): "concatenate along \(axis)"
    case .pad(let before, let after, let interior, let value):
      "pad \(before) before, \(after) after, \(interior) inside with \(value)"
    case .broadcast: "broadcast"
    case .gather(let axis): "gather along \(axis)"
    case .scatterAdd(let axis, _): "scatter-add along \(axis)"
    case .softmax(let axis, let masked): "softmax along \(axis)" + (masked ? ", masked" : "")
    case .cumulativeSum(let axis, let exclusive, let reverse):
      "cumulative sum along \(axis)" + (exclusive ? ", exclusive" : "")
        + (reverse ? ", reversed" : "")
    case .linearRecurrence(let reverse, _): "linear recurrence" + (reverse ? ", reversed" : "")
    case .scan(let body):
      "scan of \(body.length) steps, \(body.graph.nodes.count) nodes"
        + (body.reverse ? ", reversed" : "")
    case .result(let number): "result \(number)"
    case .solve: "solve"
    case .cholesky: "cholesky"
    case .custom(let operation): "custom \(operation.name)"
    case .customPullback(let operation, let input): "pullback \(operation.name) for \(input)"
    }
  }
}
