extension ReverseSweep {
  /// The adjoint of a scan is a scan in the other direction.
  ///
  /// Its step computes the body again from the carries that came in, which the forward scan is
  /// extended to put out, and runs the body's derivative. It carries the cotangents of the carries
  /// and the sums of the cotangents of what is shared; its outputs are those of the slices.
  mutating func scan(
    _ id: NodeID, _ body: ScanBody, _ results: [Int: NodeID]
  ) throws(GraphError) {
    let inputs = graph[id].inputs
    let carryCount = body.carries.count
    let active = activeInputs(of: body, inputs)
    let isActiveInside = body.graph.activity(of: Array(active))
    let carries = body.carries.indices.filter { active.contains(body.carries[$0]) }
    let slices = body.slices.indices.filter { active.contains(body.slices[$0]) }
    let shared = body.shared.indices.filter { active.contains(body.shared[$0]) }
    let outputs = body.outputs.indices.filter {
      results[carryCount + $0] != nil && isActiveInside[body.outputs[$0].index]
    }
    let isBatched = graph[id].isBatched || results.values.contains { graph[$0].isBatched }

    // One step.
    var step = body.graph
    // Inputs of one name are one node; a count of nodes is new in every generation.
    let prefix = "adjoint.\(step.nodes.count)"
    let carried = carries.map {
      step.input("\(prefix).carry.\($0)", step.shape(of: body.carries[$0]), isBatched: isBatched)
    }
    let seeds = outputs.map {
      step.input(
        "\(prefix).output.\($0)", step.shape(of: body.outputs[$0]),
        isBatched: graph[results[carryCount + $0]!].isBatched)
    }
    let wanted =
      carries.map { body.carries[$0] } + slices.map { body.slices[$0] }
      + shared.map { body.shared[$0] }
    let products = try step.vectorJacobianProduct(
      outputs: carries.map { body.nextCarries[$0] } + outputs.map { body.outputs[$0] },
      cotangents: carried + seeds, inputs: wanted, sumsOverPrompts: false)
    var nextCarries: [NodeID] = []
    for (carry, product) in zip(carries, products) {
      nextCarries.append(product ?? step.zeros(step.shape(of: body.carries[carry])))
    }
    let sliceProducts = zip(slices, products.dropFirst(carries.count)).filter { $1 != nil }
    let sharedProducts = zip(shared, products.suffix(shared.count)).filter { $1 != nil }
    var sums: [NodeID] = []
    for (number, product) in sharedProducts {
      let sum = step.input(
        "\(prefix).shared.\(number)", step.shape(of: body.shared[number]), isBatched: isBatched)
      sums.append(sum)
      nextCarries.append(try step.add(sum, product!))
    }
    let stepOutputs = sliceProducts.map { $1! }

    // What it reads of the forward pass.
    let read = Set(step.reachable(from: nextCarries + stepOutputs))
    let kept = body.carries.indices.filter { read.contains(body.carries[$0]) }
    let history = stackCarries(kept, of: id, body)
    let usedSlices = body.slices.indices.filter { read.contains(body.slices[$0]) }
    let usedShared = body.shared.indices.filter { read.contains(body.shared[$0]) }

    // The scan.
    let record = ScanBody(
      graph: step, carries: carried + sums,
      slices: kept.map { body.carries[$0] } + usedSlices.map { body.slices[$0] } + seeds,
      shared: usedShared.map { body.shared[$0] }, nextCarries: nextCarries, outputs: stepOutputs,
      length: body.length, reverse: !body.reverse)
    var initial: [NodeID] = []
    for carry in carries {
      initial.append(results[carry] ?? graph.zeros(graph.shape(of: inputs[carry])))
    }
    for sum in sums { initial.append(graph.zeros(step.shape(of: sum))) }
    let sequences =
      history + usedSlices.map { inputs[carryCount + $0] }
      + outputs.map { results[carryCount + $0]! }
    let firstShared = carryCount + body.slices.count
    let adjoint = graph.append(
      .scan(record), initial + sequences + usedShared.map { inputs[firstShared + $0] }, shape: [],
      isBatched: isBatched)
    let receivers =
      carries.map { inputs[$0] } + sharedProducts.map { inputs[firstShared + $0.0] }
      + sliceProducts.map { inputs[carryCount + $0.0] }
    for (number, receiver) in receivers.enumerated() {
      let share = graph.append(
        .result(number), [adjoint], shape: graph.shape(of: receiver), isBatched: isBatched)
      try pass(share, to: receiver, from: id)
    }
  }

  /// The body's inputs that depend on a target; a carry may do so through a later step only.
  private func activeInputs(of body: ScanBody, _ inputs: [NodeID]) -> Set<NodeID> {
    let places = body.carries + body.slices + body.shared
    var active = Set(zip(places, inputs).filter { isActive[$1.index] }.map { $0.0 })
    while true {
      let reached = body.graph.activity(of: Array(active))
      let more = body.carries.indices.filter {
        reached[body.nextCarries[$0].index] && !active.contains(body.carries[$0])
      }
      if more.isEmpty { return active }
      active.formUnion(more.map { body.carries[$0] })
    }
  }

  /// The carries as they came into each step, stacked: outputs of an extended forward scan.
  private mutating func stackCarries(
    _ kept: [Int], of id: NodeID, _ body: ScanBody
  ) -> [NodeID] {
    if kept.isEmpty { return [] }
    let node = graph[id]
    let record = ScanBody(
      graph: body.graph, carries: body.carries, slices: body.slices, shared: body.shared,
      nextCarries: body.nextCarries, outputs: body.outputs + kept.map { body.carries[$0] },
      length: body.length, reverse: body.reverse, extends: body)
    let extended = graph.append(
      .scan(record), node.inputs, shape: [], isBatched: node.isBatched)
    let first = body.carries.count + body.outputs.count
    return kept.enumerated().map { offset, carry in
      let shape = Shape([body.length] + body.graph.shape(of: body.carries[carry]).extents)
      return graph.append(
        .result(first + offset), [extended], shape: shape, isBatched: node.isBatched)
    }
  }
}
