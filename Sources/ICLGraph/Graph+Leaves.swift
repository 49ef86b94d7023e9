extension Graph {
  /// A tensor that is handed in for every prompt, or once for all of them.
  public mutating func input(_ name: String, _ shape: Shape, isBatched: Bool = true) -> NodeID {
    append(.input(name), [], shape: shape, isBatched: isBatched)
  }

  /// A trained tensor that starts as `initial`, which must be the same for all prompts.
  public mutating func parameter(_ name: String, initial: NodeID) throws(GraphError) -> NodeID {
    guard !parameters.contains(where: { $0.name == name }) else {
      throw GraphError(operation: "parameter", message: "the name \(name) is taken")
    }
    guard !self[initial].isBatched else {
      throw GraphError(
        operation: "parameter",
        message: "the initial value of \(name) differs from prompt to prompt; draw it once a run")
    }
    let isMadeOfLeaves = reachable(from: [initial]).allSatisfy {
      if case .parameter = self[$0].operation { return false }
      return true
    }
    guard isMadeOfLeaves else {
      throw GraphError(
        operation: "parameter", message: "the initial value of \(name) depends on a parameter")
    }
    let node = append(.parameter(name), [], shape: shape(of: initial), isBatched: false)
    parameters.append(Parameter(name: name, node: node, initial: initial))
    setName(name, for: node)
    return node
  }

  /// Values in row-major order; or one value for a tensor that is the same everywhere.
  public mutating func constant(_ values: [Double], _ shape: Shape) throws(GraphError) -> NodeID {
    guard values.count == shape.count else {
      throw GraphError(
        operation: "constant",
        message: "\(values.count) values for shape \(shape), which holds \(shape.count)")
    }
    return append(.constant(values), [], shape: shape, isBatched: false)
  }

  public mutating func scalar(_ value: Double) -> NodeID {
    append(.constant([value]), [], shape: [], isBatched: false)
  }

  public mutating func random(_ source: RandomSource, _ shape: Shape) throws(GraphError) -> NodeID {
    switch source.kind {
    case .uniform, .normal: break
    case .orthogonal where shape.rank == 2 && shape[0] == shape[1]: break
    case .permutation where shape.rank == 1: break
    case .index where shape == [1] && source.scope == .prompt: break
    case .orthogonal:
      throw GraphError(operation: "random", message: "orthogonal needs [n, n], got \(shape)")
    case .permutation:
      throw GraphError(operation: "random", message: "permutation needs [n], got \(shape)")
    case .index:
      throw GraphError(
        operation: "random",
        message: "index is one number for every prompt: shape [1] and scope prompt, got \(shape)")
    }
    return append(.random(source), [], shape: shape, isBatched: source.scope == .prompt)
  }

  /// The prompt's weight in a mean over the batch.
  public mutating func promptWeight() -> NodeID {
    append(.promptWeight, [], shape: [], isBatched: true)
  }

  /// The weight that all prompts of a batch share in a mean over it: 1/B.
  public mutating func commonPromptWeight() -> NodeID {
    append(.promptWeight, [], shape: [], isBatched: false)
  }
}
