extension Graph {
  /// For every node, whether its value is the same in every step: no parameter and nothing that is
  /// handed in reaches it.
  ///
  /// - Parameter prompts: whether all steps are for the same prompts; otherwise what differs from
  ///   prompt to prompt, and sums of it, are new in each step.
  public func fixedNodes(prompts: Bool) -> [Bool] {
    var isFixed = [Bool](repeating: false, count: nodes.count)
    for index in nodes.indices {
      let node = nodes[index]
      switch node.operation {
      case .input, .parameter, .custom, .customPullback: break
      case .promptWeight: isFixed[index] = prompts
      case .random(let source): isFixed[index] = prompts || source.scope == .run
      default: isFixed[index] = node.inputs.allSatisfy { isFixed[$0.index] }
      }
    }
    return isFixed
  }
}
