import ICLGraph

extension Evaluation {
  /// The last carries, then the stacked outputs.
  func scan(_ id: NodeID, _ body: ScanBody) throws -> [ReferenceValue] {
    let node = graph[id]
    let prompts = node.isBatched ? count : 1
    func spread(_ value: ReferenceValue) -> ReferenceValue {
      ReferenceValue(tensors: (0..<prompts).map { value[$0] }, isBatched: node.isBatched)
    }
    let inputs = node.inputs.map { known[$0]! }
    var carries = inputs.prefix(body.carries.count).map(spread)
    let sequences = inputs.dropFirst(body.carries.count).prefix(body.slices.count)
    let shared = inputs.suffix(body.shared.count)
    let sizes = body.outputs.map { body.graph.shape(of: $0).count }
    var outputs = sizes.map { size in
      let blank = [Double](repeating: 0, count: size * body.length)
      return ReferenceValue(
        tensors: [[Double]](repeating: blank, count: prompts), isBatched: node.isBatched)
    }
    for turn in 0..<body.length {
      let time = body.reverse ? body.length - 1 - turn : turn
      var step = Evaluation(
        graph: body.graph, count: count, inputs: [:], parameters: parameters, weights: weights,
        random: random)
      for (place, carry) in zip(body.carries, carries) { step.bindings[place] = carry }
      for (place, value) in zip(body.shared, shared) { step.bindings[place] = value }
      for (place, sequence) in zip(body.slices, sequences) {
        let size = body.graph.shape(of: place).count
        step.bindings[place] = ReferenceValue(
          tensors: sequence.tensors.map { Array($0[time * size..<(time + 1) * size]) },
          isBatched: sequence.isBatched)
      }
      let results = try step.values(of: body.nextCarries + body.outputs)
      carries = results.prefix(body.carries.count).map(spread)
      for (number, result) in results.dropFirst(body.carries.count).enumerated() {
        let place = time * sizes[number]..<(time + 1) * sizes[number]
        for prompt in 0..<prompts {
          outputs[number].tensors[prompt].replaceSubrange(place, with: result[prompt])
        }
      }
    }
    return carries + outputs
  }
}
