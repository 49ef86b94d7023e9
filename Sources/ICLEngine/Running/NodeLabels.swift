import ICLGraph

/// What people may call the nodes of a graph.
struct NodeLabels {
  private let graph: Graph
  private let names: [NodeID: String]

  init(_ graph: Graph) {
    self.graph = graph
    var names = Dictionary(graph.names.map { ($1, $0) }, uniquingKeysWith: min)
    for parameter in graph.parameters { names[parameter.node] = parameter.name }
    self.names = names
  }

  /// The node's name, or "of" the nearest named value that it reads.
  func name(_ id: NodeID) -> String {
    if let name = names[id] { return name }
    var queue = graph[id].inputs
    var next = 0
    while next < queue.count, next < 256 {
      if let name = names[queue[next]] { return "of \(name)" }
      queue += graph[queue[next]].inputs
      next += 1
    }
    return ""
  }

  func operation(_ id: NodeID) -> String {
    switch graph[id].operation {
    case .unary(let operation): "\(operation)"
    case .binary(let operation): "\(operation)"
    case .einsum(let spec): "einsum \(text(spec))"
    case .reduce(let reduction, let axes): "\(reduction) over \(axes)"
    case .random(let source): "\(source.kind) \(source.stream)"
    case .scan(let body): "scan of \(body.length) steps, \(body.graph.nodes.count) nodes"
    case .custom(let operation): "custom \(operation.name)"
    case .customPullback(let operation, _): "gradient of custom \(operation.name)"
    case let other: String("\(other)".prefix { $0 != "(" })
    }
  }

  func shapes(_ id: NodeID) -> String {
    let inputs = graph[id].inputs.prefix(3).map { "\(graph.shape(of: $0).extents)" }
    let more = graph[id].inputs.count > 3 ? ["..."] : []
    return (inputs + more + ["->", "\(graph.shape(of: id).extents)"]).joined(separator: " ")
  }

  /// "ab,bc->ac"
  private func text(_ spec: EinsumSpec) -> String {
    func letters(_ labels: [Int]) -> String {
      String(labels.map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
    }
    return letters(spec.left) + (spec.right.map { ",\(letters($0))" } ?? "")
      + "->" + letters(spec.output)
  }
}
