extension Graph {
  /// Sum of products over labelled axes: "ij,jk->ik".
  public mutating func einsum(
    _ text: String, _ a: NodeID, _ b: NodeID? = nil
  ) throws(GraphError) -> NodeID {
    let spec = try EinsumSpec(text)
    return try einsum(spec, a, b)
  }

  public mutating func einsum(
    _ spec: EinsumSpec, _ a: NodeID, _ b: NodeID? = nil
  ) throws(GraphError) -> NodeID {
    func refuse(_ message: String) -> GraphError {
      GraphError(operation: "einsum \(spec.text)", message: message)
    }
    guard (spec.right == nil) == (b == nil) else {
      throw refuse("it names \(spec.right == nil ? 1 : 2) operands, \(b == nil ? 1 : 2) given")
    }
    var extents: [Int: Int] = [:]
    for (labels, node) in [(spec.left, Optional(a)), (spec.right ?? [], b)] {
      guard let node else { continue }
      let shape = shape(of: node)
      guard labels.count == shape.rank else {
        throw refuse("\(labels.count) letters for an operand of shape \(shape)")
      }
      for (axis, label) in labels.enumerated() {
        if let known = extents[label], known != shape[axis] {
          throw refuse(
            "one letter has extents \(known) and \(shape[axis]); operands are "
              + "\(self.shape(of: a))" + (b.map { " and \(self.shape(of: $0))" } ?? ""))
        }
        extents[label] = shape[axis]
      }
    }
    let shape = Shape(spec.output.map { extents[$0]! })
    return append(.einsum(spec), [a] + (b.map { [$0] } ?? []), shape: shape)
  }

  /// Over the axes; they are removed unless kept with extent 1.
  public mutating func reduce(
    _ reduction: Reduction, _ a: NodeID, axes: [Int], keepAxes: Bool = false
  ) throws(GraphError) -> NodeID {
    let source = shape(of: a)
    let axes = axes.sorted()
    guard Set(axes).count == axes.count, axes.allSatisfy({ source.extents.indices.contains($0) })
    else {
      throw GraphError(operation: "\(reduction)", message: "axes \(axes) of shape \(source)")
    }
    if reduction == .max, axes.contains(where: { source[$0] == 0 }) {
      throw GraphError(operation: "max", message: "over an empty axis of \(source)")
    }
    let reduced =
      axes.isEmpty ? a : append(.reduce(reduction, axes: axes), [a], shape: source.removing(axes))
    guard keepAxes else { return reduced }
    var kept = source
    for axis in axes { kept[axis] = 1 }
    return try reshape(reduced, kept)
  }

  /// The sum over all prompts of the batch.
  public mutating func batchSum(_ a: NodeID) -> NodeID {
    append(.batchSum, [a], shape: shape(of: a), isBatched: false)
  }
}

extension EinsumSpec {
  /// Reads "ij,jk->ik".
  public init(_ text: String) throws(GraphError) {
    func refuse(_ message: String) -> GraphError {
      GraphError(operation: "einsum \(text)", message: message)
    }
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, halves[1].first == ">" else {
      throw refuse("expected a form like ij,jk->ik")
    }
    let operands = halves[0].split(separator: ",", omittingEmptySubsequences: false)
    guard operands.count == 1 || operands.count == 2 else {
      throw refuse("takes one or two operands, not \(operands.count)")
    }
    func labels(_ part: Substring) throws(GraphError) -> [Int] {
      var result: [Int] = []
      for character in part.utf8 where character != 32 {
        guard (97...122).contains(character) else { throw refuse("letters are a to z") }
        result.append(Int(character))
      }
      guard Set(result).count == result.count else {
        throw refuse("a letter stands twice in one operand; diagonals are not supported")
      }
      return result
    }
    let left = try labels(operands[0])
    let right = operands.count == 2 ? try labels(operands[1]) : nil
    let output = try labels(halves[1].dropFirst())
    guard output.allSatisfy({ left.contains($0) || (right ?? []).contains($0) }) else {
      throw refuse("a letter of the result stands in no operand")
    }
    self.init(left: left, right: right, output: output)
  }
}
