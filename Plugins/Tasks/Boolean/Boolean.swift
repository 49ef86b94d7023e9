import ICLKit

/// A Boolean function of k hidden bits, with the values of its groups of r bits as labels.
///
/// Labels are the t = k/r groups' values (hints), the one value of all k bits (end-to-end), or the
/// values of all nodes of a tree of such groups. Hu, Zhang, Su, Song and Liu 2025 (arXiv
/// 2505.19531); trees: Kim and Suzuki 2024 (arXiv 2410.08633).
struct Boolean: Task, TaskWithLoss {
  static let id = "boolean"
  static let summary = "AND, OR, MAJORITY or XOR of hidden bits, with or without hints"

  @Option("d, the number of bits", 1...1_048_576) var dimension = 64
  @Option("k, the number of hidden bits", 1...1_048_576) var support = 16
  @Option("r, the hidden bits of a hint; it divides k", 1...1_048_576) var group = 2
  @Option("the function of a group, or of all hidden bits") var function = Function.and
  @Option("a label for each group, or one for all hidden bits") var labels = Labels.hints
  @Option("the groups alone; or groups of groups up to one root, each node with a label")
  var tree = Tree.groups
  @Option("tree=full: whether a model is given the values of nodes, or has to make its own")
  var chain = Chain.given
  @Option("bits as 0 and 1, or as 1 and -1, where XOR is the product") var encoding = Encoding
    .zeroOne
  @Option("probability that an input bit is 1", 0...1) var bias = 0.5
  @Option("probability that a label is flipped", 0...1) var flip = 0.0
  @Option(
    "independent bits; near-miss: the balanced test of AND and OR; conditioned: half of the prompts "
      + "with the rare value; every-row: each of the 2^d rows once; splitmix64: a given sample")
  var inputs = Inputs.independent
  @Option("the hidden bits are drawn once a run, or are the first k") var hidden = Hidden.drawn
  @Option("turn every bit over before anything else") var complemented = false
  @Option("inputs=splitmix64: its seed", 0...1_000_000_000) var sampleSeed = 1
  @Option("inputs=splitmix64: how many rows", 1...1_048_576) var sampleSize = 16
  @Option(
    "n pairs of bits and labels before a query, with hidden bits of the prompt's own; 0: no context",
    0...1_048_576) var contextLength = 0
  @Option("what a node's squared error counts in the loss", 0...1e6) var nodeWeight = 1.0
  @Option("what the root's squared error, which is the last label's, counts besides", 0...1e6)
  var rootWeight = 0.0

  func signature() throws -> Signature {
    try check()
    let (n, t) = (contextLength, labelCount)
    var tensors: [Signature.TensorSpec] = [.init("x", .input, [n + 1, dimension])]
    if n > 0 { tensors.append(.init("y", .input, [n, t])) }
    if hasGivenChain { tensors.append(.init("chain", .input, [1, t])) }
    tensors += [
      .init("target", .target, [1, t]), .init("clean", .latent, [1, t]),
      .init("hidden", .latent, [support]),
    ]
    return Signature(
      scoring: .query, contextLength: n, inputDimension: dimension, outputDimension: t,
      positions: 1, tensors: tensors, properties: properties)
  }

  func declare(_ graph: Graph) throws -> KeyValuePairs<String, Tensor> {
    let hidden = hiddenBits(graph)
    let bits = drawBits(graph, hidden)
    let clean = nodes(of: bits.gather(hidden, axis: 1), graph)
    var noisy = clean
    if flip > 0 {
      let flips = graph.uniform("boolean.flips", clean.shape, per: .prompt)
        .less(than: graph.constant(flip))
      noisy = clean + flips - 2 * clean * flips
    }
    let (x, labels, n) = (encoded(bits), encoded(noisy), contextLength)
    let (target, last) = (labels[n..<n + 1], encoded(clean[n..<n + 1]))
    // The same for all prompts of a run, where it must be a number of each prompt.
    let places = hidden + graph.promptIndex().less(than: graph.constant(0))
    // A KeyValuePairs is a literal.
    if n > 0 {
      return ["x": x, "y": labels[0..<n], "target": target, "clean": last, "hidden": places]
    }
    if hasGivenChain {
      return ["x": x, "chain": labels, "target": target, "clean": last, "hidden": places]
    }
    return ["x": x, "target": target, "clean": last, "hidden": places]
  }

  /// ½ Σ_m c_m (ŷ_m - e_m)², with c_m the weight of nodes, and that of the root besides.
  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    let squares = (predictions - graph.input("target")).squared()
    if nodeWeight == 1 && rootWeight == 0 { return 0.5 * squares.sum(axis: -1) }
    let last = labelCount - 1
    let weights = graph.constant([labelCount]) {
      0.5 * (nodeWeight + ($0[0] == last ? rootWeight : 0))
    }
    return (weights * squares).sum(axis: -1)
  }

  private func encoded(_ bits: Tensor) -> Tensor {
    encoding == .zeroOne ? bits : 1 - 2 * bits
  }
}

enum Function: String, OptionChoice { case and, or, majority, xor }
enum Tree: String, OptionChoice { case groups, full }
enum Chain: String, OptionChoice { case given, generated }
enum Hidden: String, OptionChoice { case drawn, first }
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
  case conditioned
  case everyRow = "every-row"
  case splitmix64
}
