import ICLKit

/// What one layer of a sequence model does between norm and residual: [T, width] to [T, width].
public typealias Mixer = (_ graph: Graph, _ layer: Int, _ tokens: Tensor, _ memory: Memory) throws
  -> Tensor

/// The common frame of sequence models: embedding, residual blocks with layer norm, read-out.
///
///     h = tokens W_e + b_e (+ positions);  per layer h += mixer(LN(h)) (, h += mlp(LN(h)))
///     ŷ = h W_u + b_u at the tokens of scored x
public struct Backbone {
  public enum MLP { case plain, gated }

  public var width: Int
  public var layers: Int
  /// 0: no MLP.
  public var mlpWidth: Int
  public var mlp = MLP.plain
  public var hasPositions: Bool

  public init(width: Int, layers: Int, mlpWidth: Int, mlp: MLP = .plain, hasPositions: Bool) {
    self.width = width
    self.layers = layers
    self.mlpWidth = mlpWidth
    self.mlp = mlp
    self.hasPositions = hasPositions
  }

  public func predict(_ graph: Graph, _ task: Signature, mixer: Mixer) throws -> Tensor {
    let memory = Memory(graph, task)
    let prompt = try InterleavedPrompt(graph, task, memory)
    var stream = graph.scope("embedding") { graph in graph.dense("tokens", prompt.tokens, width) }
    if hasPositions {
      guard !memory.isStreaming else {
        throw KitError(
          "learned positions are of whole prompts; set model.positions=false to go token by token",
          path: "positions", code: .unsupported)
      }
      stream =
        stream
        + graph.parameter(
          "embedding.positions", [2 * task.contextLength + 1, width], standardDeviation: 0.02)
    }
    for layer in 0..<layers {
      stream = try graph.scope("layers.\(layer)") { graph in
        let update = try mixer(graph, layer, graph.norm("norm", stream), memory)
        let mixed = stream + update.named("update")
        return (mlpWidth == 0 ? mixed : mixed + perceptron(graph, mixed)).named("residual")
      }
    }
    let prediction = graph.scope("readout") { graph in
      graph.dense("prediction", prompt.scored(stream), task.outputDimension)
    }
    memory.close()
    return prediction.named("prediction")
  }

  private func perceptron(_ graph: Graph, _ stream: Tensor) -> Tensor {
    graph.scope("mlp") { graph in
      let normal = graph.norm("norm", stream)
      let active = graph.dense("up", normal, mlpWidth).gelu()
      let hidden = mlp == .gated ? active * graph.dense("gate", normal, mlpWidth) : active
      return graph.dense("down", hidden, width)
    }
  }
}
