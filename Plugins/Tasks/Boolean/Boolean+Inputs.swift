import ICLKit

extension Boolean {
  /// The places of the hidden bits, [k]; in a context they are the prompt's own.
  func hiddenBits(_ graph: Graph) -> Tensor {
    guard hidden == .drawn else { return graph.constant([support]) { Double($0[0]) } }
    return graph.permutation(
      "boolean.support", dimension, per: contextLength > 0 ? .prompt : .run)[0..<support]
  }

  /// [n + 1, d], as 0 and 1.
  func drawBits(_ graph: Graph, _ hidden: Tensor) -> Tensor {
    let bits: Tensor
    switch inputs {
    case .everyRow: bits = rowOfIndex(graph)
    case .splitmix64: bits = rowOfSample(graph)
    default:
      let uniform = graph.uniform(
        "boolean.bits", [contextLength + 1, dimension], per: .prompt)
      bits = uniform.less(than: graph.constant(bias))
    }
    let turned = complemented ? 1 - bits : bits
    switch inputs {
    case .nearMiss: return nearMisses(graph, turned, hidden)
    case .conditioned: return conditioned(graph, turned, hidden)
    default: return turned
    }
  }

  /// Bit j of the prompt's number, [1, d].
  private func rowOfIndex(_ graph: Graph) -> Tensor {
    let halves = graph.constant([dimension]) { 1 / Double(1 << $0[0]) }
    let shifted = (graph.promptIndex() * halves).floor()
    return (shifted - 2 * (0.5 * shifted).floor()).reshaped([1, dimension])
  }

  /// The top bits of SplitMix64, row by row, [1, d].
  private func rowOfSample(_ graph: Graph) -> Tensor {
    var random = SplitMix64(UInt64(sampleSeed))
    let table = graph.constant(
      (0..<sampleSize * dimension).map { _ in Double(random.next() >> 63) },
      [sampleSize, dimension])
    let index = graph.promptIndex()
    let row = index - Double(sampleSize) * (index / Double(sampleSize)).floor()
    return table.gather(row)
  }

  /// The value that all hidden bits have where the label is the rare one.
  private var rare: Double { function == .and ? 1 : 0 }

  /// Half of the prompts have all hidden bits at the rare value, the others all but one of them.
  private func nearMisses(_ graph: Graph, _ bits: Tensor, _ hidden: Tensor) -> Tensor {
    let drawn = graph.uniform("boolean.near-miss", [2], per: .prompt)
    let isMiss = drawn[0..<1].less(than: graph.constant(0.5))
    let place = (Double(support) * drawn[1..<2]).floor()
    let misses = graph.constant([support]) { Double($0[0]) }.equal(to: place) * isMiss
    let places = places(of: hidden, graph)
    let isHidden = places.sum(axis: 0)
    let isMissed = einsum("k,kd->d", misses, places)
    return bits * (1 - isHidden) + (rare == 1 ? isHidden - isMissed : isMissed)
  }

  /// Half of the prompts have all hidden bits at the rare value, whatever the others.
  private func conditioned(_ graph: Graph, _ bits: Tensor, _ hidden: Tensor) -> Tensor {
    let isRare = graph.uniform("boolean.conditioned", [contextLength + 1, 1], per: .prompt)
      .less(than: graph.constant(0.5))
    let isFixed = isRare * places(of: hidden, graph).sum(axis: 0)
    return bits * (1 - isFixed) + rare * isFixed
  }

  /// Which hidden bit is where, [k, d].
  private func places(of hidden: Tensor, _ graph: Graph) -> Tensor {
    graph.constant([support, dimension]) { Double($0[1]) }
      .equal(to: hidden.reshaped([support, 1]))
  }
}

/// Steele, Lea and Flood 2014.
struct SplitMix64 {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
