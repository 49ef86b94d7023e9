import ICLKit

extension SoftmaxMixer {
  /// The nodes of a tree, each from the bits and the nodes before it: true ones where the task gives
  /// them (teacher forcing), its own otherwise.
  func chain(_ graph: Graph, _ levels: Levels, isGiven: Bool) -> Tensor {
    let (tokens, nodes) = (levels.tokens, levels.nodes)
    let mask = graph.constant([tokens, nodes]) { $0[0] < levels.width($0[1]) ? 1 : 0 }
    let attention = scores(graph, [tokens, nodes]).softmax(mask: mask, axis: 0)
      .named("attention")
    let gates = filter > 0 ? gates(attention, levels).named("filter") : nil
    func output(_ z: Tensor, _ nodes: Range<Int>) -> Tensor {
      gates.map { linked(z) * $0[nodes] } ?? linked(z)
    }
    let x = graph.input("x")
    if isGiven {
      let known = nodes > 1 ? [x, graph.input("chain").slice(0..<nodes - 1, axis: 1)] : [x]
      let z = einsum("pd,dt->pt", concatenate(known, axis: 1), attention).named("mixed")
      return output(z, 0..<nodes).named("prediction")
    }
    var parts: [Tensor] = []
    for stage in levels.stages {
      let width = levels.width(stage.lowerBound)
      let read = parts.isEmpty ? x : concatenate([x] + parts, axis: 1)
      let weights = attention[0..<width].slice(stage, axis: 1)
      parts.append(output(einsum("pd,dt->pt", read, weights), stage))
    }
    return concatenate(parts, axis: 1).named("prediction")
  }

  /// 1 for the nodes of a level if each node below it has a weight above the threshold, [t].
  private func gates(_ attention: Tensor, _ levels: Levels) -> Tensor {
    let graph = attention.graph
    let isSure = graph.constant(filter).less(than: attention.max(axis: 0))
    var gates = [graph.ones([levels.sizes[0]])]
    for level in 1..<levels.sizes.count {
      let below = isSure[levels.range(level - 1)]
      let isOpen = 1 - (1 - below).max(axis: 0, keepAxis: true)
      gates.append(isOpen.broadcast(to: [levels.sizes[level]]))
    }
    return concatenate(gates, axis: 0)
  }
}
