import ICLKit

/// A Boolean function of k hidden bits, with the values of its groups of r bits as labels.
///
/// The hidden bits are drawn once a run; their groups of r are disjoint. Labels are the t = k/r
/// groups' values (hints), or the one value of all k bits (end-to-end). The loss is half the squared
/// error, summed over labels. Hu, Zhang, Su, Song and Liu 2025 (arXiv 2505.19531).
struct Boolean: Task, TaskWithLoss {
  static let id = "boolean"
  static let summary = "AND, OR, MAJORITY or XOR of hidden bits, with or without hints"

  @Option("d, the number of bits", 1...1_048_576) var dimension = 64
  @Option("k, the number of hidden bits", 1...1_048_576) var support = 16
  @Option("r, the hidden bits of a hint; it divides k", 1...1_048_576) var group = 2
  @Option("the function of a group, or of all hidden bits") var function = Function.and
  @Option("a label for each group, or one for all hidden bits") var labels = Labels.hints
  @Option("bits as 0 and 1, or as 1 and -1, where XOR is the product") var encoding = Encoding
    .zeroOne
  @Option("probability that an input bit is 1", 0...1) var bias = 0.5
  @Option("probability that a label is flipped", 0...1) var flip = 0.0
  @Option("independent bits; or for AND and OR, the balanced test of near misses")
  var inputs = Inputs.independent

  func signature() throws -> Signature {
    try check()
    return Signature(
      scoring: .query, contextLength: 0, inputDimension: dimension, outputDimension: labelCount,
      positions: 1,
      tensors: [
        .init("x", .input, [1, dimension]), .init("target", .target, [1, labelCount]),
        .init("clean", .latent, [1, labelCount]),
      ],
      properties: ["support": Double(support), "group": Double(groupSize)])
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let hidden = graph.permutation("boolean.support", dimension)[0..<support]
    let uniform = graph.uniform("boolean.bits", [1, dimension], per: .prompt)
    var bits = uniform.less(than: graph.constant(bias))
    if inputs == .nearMiss { bits = nearMisses(graph, bits, hidden) }
    let groups = bits.gather(hidden, axis: 1).reshaped([1, labelCount, groupSize])
    let clean = value(of: groups.sum(axis: -1), graph)
    var target = clean
    if flip > 0 {
      let flips = graph.uniform("boolean.flips", [1, labelCount], per: .prompt)
        .less(than: graph.constant(flip))
      target = clean + flips - 2 * clean * flips
    }
    return ["x": encoded(bits), "target": encoded(target), "clean": encoded(clean)]
  }

  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    0.5 * (predictions - graph.input("target")).squared().sum(axis: -1)
  }

  private var groupSize: Int { labels == .hints ? group : support }
  private var labelCount: Int { support / groupSize }

  /// The function of bits of which this many are 1.
  private func value(of count: Tensor, _ graph: Graph) -> Tensor {
    let size = Double(groupSize)
    switch function {
    case .and: return count.equal(to: graph.constant(size))
    case .or: return graph.constant(0).less(than: count)
    case .majority: return graph.constant(size / 2).less(than: count)
    case .xor: return count - 2 * (0.5 * count).floor()
    }
  }

  private func encoded(_ bits: Tensor) -> Tensor {
    encoding == .zeroOne ? bits : 1 - 2 * bits
  }

  /// Half of the prompts have all hidden bits 1 (OR: 0), the others all but one of them.
  private func nearMisses(_ graph: Graph, _ bits: Tensor, _ hidden: Tensor) -> Tensor {
    let drawn = graph.uniform("boolean.near-miss", [2], per: .prompt)
    let isMiss = drawn[0..<1].less(than: graph.constant(0.5))
    let place = (Double(support) * drawn[1..<2]).floor()
    let misses = graph.constant([support]) { Double($0[0]) }.equal(to: place) * isMiss
    let places = graph.constant([1, dimension]) { Double($0[1]) }
      .equal(to: hidden.reshaped([support, 1]))
    let isHidden = places.sum(axis: 0)
    let isMissed = einsum("k,kd->d", misses, places)
    return function == .and
      ? bits * (1 - isHidden) + isHidden - isMissed : bits * (1 - isHidden) + isMissed
  }

  private func check() throws {
    guard support <= dimension else {
      throw KitError("\(support) hidden bits of \(dimension)", path: "support")
    }
    guard labels == .endToEnd || support % group == 0 else {
      throw KitError("groups of \(group) do not divide \(support) hidden bits", path: "group")
    }
    guard function != .majority || groupSize % 2 == 1 else {
      throw KitError("the majority of \(groupSize) bits can be a tie: make it odd", path: "group")
    }
    guard inputs == .independent || function == .and || function == .or else {
      throw KitError("near misses are of AND and OR, not \(function.rawValue)", path: "inputs")
    }
  }
}

enum Function: String, OptionChoice { case and, or, majority, xor }
enum Labels: String, OptionChoice {
  case hints
  case endToEnd = "end-to-end"
}
enum Encoding: String, OptionChoice {
  case zeroOne = "zero-one"
  case plusMinus = "plus-minus"
}
enum Inputs: String, OptionChoice {
  case independent
  case nearMiss = "near-miss"
}
