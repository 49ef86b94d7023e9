import ICLGraph

extension Evaluation {
  typealias Buffers = [UnsafePointer<Double>]

  /// Lays the inputs out as a plugin reads them, all prompts one behind the other, and calls it.
  func custom(
    _ node: Node,
    _ call: (_ count: Int, _ inputs: Buffers, _ output: UnsafeMutablePointer<Double>) throws -> Void
  ) throws -> ReferenceValue {
    let prompts = node.isBatched ? count : 1
    let size = node.shape.count
    var buffers: [UnsafeMutableBufferPointer<Double>] = []
    defer { for buffer in buffers { buffer.deallocate() } }
    for input in node.inputs {
      let values = (0..<prompts).flatMap { known[input]![$0] }
      // An empty tensor still needs an address.
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: values.count + 1)
      buffer.initialize(repeating: 0)
      _ = buffer.update(fromContentsOf: values)
      buffers.append(buffer)
    }
    let output = UnsafeMutableBufferPointer<Double>.allocate(capacity: prompts * size + 1)
    output.initialize(repeating: .nan)
    buffers.append(output)
    let inputs = buffers.dropLast().map { UnsafePointer($0.baseAddress!) }
    try call(prompts, inputs, output.baseAddress!)
    return ReferenceValue(
      tensors: (0..<prompts).map { Array(output[$0 * size..<($0 + 1) * size]) },
      isBatched: node.isBatched)
  }

  /// Runs the pullback for one input; the gradients of the others are thrown away.
  func callPullback(
    _ operation: CustomOperation, _ wanted: Int, _ node: Node, _ count: Int, _ inputs: Buffers,
    _ gradient: UnsafeMutablePointer<Double>
  ) throws {
    guard let pullback = operation.pullback else {
      throw ReferenceError("custom \(operation.name) has no pullback")
    }
    // The node's last inputs are the operation's output and the gradient of that.
    let arguments = inputs.count - 2
    var gradients: [UnsafeMutablePointer<Double>] = []
    defer {
      for (number, unused) in gradients.enumerated() where number != wanted { unused.deallocate() }
    }
    for number in 0..<arguments {
      let size = count * graph.shape(of: node.inputs[number]).count
      gradients.append(number == wanted ? gradient : .allocate(capacity: size + 1))
    }
    try pullback(
      count, Array(inputs.prefix(arguments)), inputs[arguments], inputs[arguments + 1], gradients)
  }
}
