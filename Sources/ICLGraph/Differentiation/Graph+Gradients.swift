extension Graph {
  /// The gradient of one number for each target, of the target's shape.
  ///
  /// `scalar` is the same for all prompts, for example a `batchSum`, and has shape []. The gradient
  /// of an unbatched target is unbatched; a target on which `scalar` does not depend gets zeros.
  /// The gradients are ordinary nodes: differentiate them again for curvature.
  public mutating func gradients(
    of scalar: NodeID, for targets: [NodeID]
  ) throws(GraphError) -> [NodeID] {
    guard shape(of: scalar).rank == 0 else {
      throw GraphError(
        operation: "gradients",
        message: "the differentiated value must be one number, got shape \(shape(of: scalar)); "
          + "sum or average it first")
    }
    guard !self[scalar].isBatched else {
      throw GraphError(
        operation: "gradients",
        message: "the differentiated value differs from prompt to prompt; take its batch sum first")
    }
    let one = self.scalar(1)
    let products = try vectorJacobianProduct(outputs: [scalar], cotangents: [one], inputs: targets)
    var gradients: [NodeID] = []
    for (target, product) in zip(targets, products) {
      gradients.append(product ?? zeros(shape(of: target)))
    }
    return gradients
  }

  /// The derivative of the sum of all elements with respect to another node, for each prompt by
  /// itself; of the target's shape, zeros where there is no dependence.
  public mutating func promptGradient(
    of output: NodeID, for target: NodeID
  ) throws(GraphError) -> NodeID {
    let ones = try broadcast(scalar(1), to: shape(of: output))
    let product = try vectorJacobianProduct(
      outputs: [output], cotangents: [ones], inputs: [target], sumsOverPrompts: false)
    return product[0] ?? zeros(shape(of: target))
  }

  /// For each input, the sum over outputs of (d output / d input)^T cotangent; nil where no output
  /// depends on the input.
  ///
  /// Cotangents have the shapes of their outputs. With `sumsOverPrompts`, what reaches an unbatched
  /// node from a batched one is summed over the prompts of the batch. Without it every prompt keeps
  /// its own product, which the bodies of scans need.
  public mutating func vectorJacobianProduct(
    outputs: [NodeID], cotangents: [NodeID], inputs: [NodeID], sumsOverPrompts: Bool = true
  ) throws(GraphError) -> [NodeID?] {
    for (output, cotangent) in zip(outputs, cotangents)
    where shape(of: output) != shape(of: cotangent) {
      throw GraphError(
        operation: "vector-Jacobian product",
        message: "a cotangent has shape \(shape(of: cotangent)), its output \(shape(of: output))")
    }
    var sweep = ReverseSweep(graph: self, targets: inputs, sumsOverPrompts: sumsOverPrompts)
    try sweep.run(from: outputs, cotangents)
    self = sweep.graph
    return inputs.map { sweep.cotangents[$0] }
  }
}
