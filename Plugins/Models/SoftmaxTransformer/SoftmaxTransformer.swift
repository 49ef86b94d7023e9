import ICLKit

/// A causal softmax transformer on the interleaved tokens (0, x_1), (y_1, 0), (0, x_2), …
///
///     h = tokens W_e + positions
///     h += softmax(causal q kᵀ / √d_head) v W_o,   [q k v] = LN(h) W_qkv
///     h += act(LN(h) W_1 + c_1) W_2 + c_2
///     ŷ_k = LN(h at the token of x_k) W_u + b_u
/// Carroll et al. 2025 (arXiv 2501.17745) and Raventós et al. 2023 (arXiv 2306.15063).
struct SoftmaxTransformer: Model {
  static let id = "softmax-transformer"
  static let summary = "pre-norm softmax transformer with learned positions on interleaved tokens"

  @Option("width of the residual stream", 1...65536) var width = 64
  @Option("number of heads; it divides the width", 1...1024) var heads = 4
  @Option("number of layers", 1...256) var layers = 2
  @Option("width of the MLP; 0: no MLP", 0...262_144) var mlpWidth = 64
  @Option("activation of the MLP") var activation = Activation.relu
  @Option("normalise before attention, MLP and read-out") var layerNorm = true
  @Option("multiply the heads' outputs by a matrix") var outputProjection = true
  @Option("add learned positions to the tokens") var positions = true
  @Option("each block adds its input once more, as in the group's earlier code")
  var doubleResidual = false
  @Option("keep weights that no loss reads: the position of the last label, and D more outputs")
  var unread = false
  @Option("normal, by width; or uniform within 1/√(inputs), biases too, as in PyTorch")
  var initialization = Initialization.normal

  func build(_ graph: Graph, for task: Signature) throws -> Tensor {
    guard width % heads == 0 else {
      throw KitError("\(heads) heads do not divide the width \(width)", path: "heads")
    }
    let tokens = Tokens.interleaved(graph, task)
    // Keys and values of every token in every layer.
    let kept = Double(2 * layers * tokens.extent(0) * width)
    _ = graph.constant([kept], [1]).named("state-values")
    let unreadTokens = unread ? 1 : 0
    var stream = graph.scope("embedding") { graph in
      let weight = matrix(
        "weight", [tokens.extent(1), width], inputs: tokens.extent(1), in: graph)
      let embedded = einsum("tc,cd->td", tokens, weight)
      guard positions else { return embedded }
      let length = tokens.extent(0) + unreadTokens
      let learned = initial(
        "positions", [length, width], normal: 0.02, uniform: length, in: graph)
      return embedded + learned[0..<tokens.extent(0)]
    }
    let read = Tokens.readPositions(task)
    for layer in 0..<layers {
      stream = graph.scope("layers.\(layer)") { graph in
        // Of the last layer only the tokens are needed that are read.
        block(stream, keeping: layer == layers - 1 ? read : nil, in: graph).named("residual")
      }
    }
    return graph.scope("readout") { graph in
      let normal = norm("norm", stream, in: graph)
      let outputs = unread ? tokens.extent(1) : task.outputDimension
      let weight = matrix("weight", [width, outputs], inputs: width, in: graph)
      let bias = bias("bias", [outputs], inputs: width, in: graph)
      let read = 0..<task.outputDimension
      return einsum("pd,do->po", normal, weight.slice(read, axis: 1)) + bias[read]
    }.named("prediction")
  }

  private func block(_ stream: Tensor, keeping read: Rows?, in graph: Graph) -> Tensor {
    let kept = read.map { $0.of(stream) } ?? stream
    let update = attention(norm("attention.norm", stream, in: graph), read, in: graph)
    let attended = kept + update.named("attention.update")
    let result =
      mlpWidth == 0
      ? attended
      : attended
        + mlp(norm("mlp.norm", attended, in: graph), in: graph).named("mlp.update")
    return doubleResidual ? kept + result : result
  }

  private func attention(_ tokens: Tensor, _ read: Rows?, in graph: Graph) -> Tensor {
    let size = width / heads
    let length = tokens.extent(0)
    let weight = matrix("attention.qkv", [width, 3, heads, size], inputs: width, in: graph)
    let qkv = einsum("td,dshk->shtk", tokens, weight)
    func part(_ number: Int) -> Tensor {
      qkv[number..<number + 1].reshaped([heads, length, size])
    }
    let queries = read.map { $0.of(part(0), axis: 1) } ?? part(0)
    let rows = read ?? Rows(0..<length)
    let mask = graph.constant([rows.count, length]) { $0[1] <= rows[$0[0]] ? 1 : 0 }
    let products = einsum("hqk,htk->hqt", queries.named("attention.queries"), part(1))
    let scores = (products / Double(size).squareRoot()).named("attention.scores")
    let pattern = scores.softmax(mask: mask).named("attention.pattern")
    let values = einsum("hqt,htk->qhk", pattern, part(2).named("attention.values"))
    guard outputProjection else { return values.reshaped([rows.count, width]) }
    let output = matrix("attention.output", [heads, size, width], inputs: width, in: graph)
    return einsum("qhk,hkd->qd", values, output)
  }

  private func mlp(_ tokens: Tensor, in graph: Graph) -> Tensor {
    let up = matrix("mlp.up", [width, mlpWidth], inputs: width, in: graph)
    let upBias = bias("mlp.up-bias", [mlpWidth], inputs: width, in: graph)
    let down = matrix("mlp.down", [mlpWidth, width], inputs: mlpWidth, in: graph)
    let downBias = bias("mlp.down-bias", [width], inputs: mlpWidth, in: graph)
    let hidden = einsum("td,dm->tm", tokens, up) + upBias
    let active = activation == .relu ? hidden.relu() : hidden.gelu()
    return einsum("tm,md->td", active.named("mlp.active"), down) + downBias
  }
}

enum Activation: String, OptionChoice { case relu, gelu }
enum Initialization: String, OptionChoice { case normal, uniform }
