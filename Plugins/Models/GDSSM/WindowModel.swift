import ICLKit
import SequenceLayers

/// The layer over windows of interleaved tokens, with what is around it.
struct WindowModel {
  let options: GDSSM
  let task: Signature

  func predict(_ graph: Graph, _ memory: Memory) throws -> Tensor {
    guard memory.isStreaming || task.contextLength > 0 else {
      throw KitError(
        "layout=interleaved looks through a window over pairs, and the task has no context",
        path: "context-length", code: .unsupported)
    }
    let prompt = try InterleavedPrompt(graph, task, memory)
    let prior = options.priorMap ? try priorMap(graph) : nil
    let tokens = embedded(residuals(prompt.tokens, prior, memory), graph)
    let width = tokens.extent(1)
    let plan = try plan()
    let shared = try parameters(graph, plan, width)
    let cell = WindowCell(plan: plan)

    var outputs: Tensor
    if memory.isStreaming {
      outputs = stream(tokens, cell, shared, memory, graph)
    } else {
      let n = task.contextLength
      let windows = concatenate(
        (0..<3).map { place in
          tokens.slice(place..<2 * n - 2 + place + 1, axis: 0, by: 2).reshaped([n, 1, width])
        }, axis: 1
      ).named("windows")
      memory.count(plan.sums * width * width + width)
      if task.scoring == .query && options.form != .scan {
        outputs = cell.lastOutput(windows, shared)
      } else {
        let start = graph.zeros([plan.sums, width, width])
        let all = cell.run(
          options.form, chunk: options.chunk, sequences: [windows], shared: Array(shared.prefix(4)),
          from: start
        ).outputs
        // Nothing was seen before the first x.
        outputs = task.scoring == .query ? all[n - 1..<n] : all.padded(axis: 0, before: 1)
      }
    }
    let asked = prompt.scored(tokens)
    if options.residual { outputs = outputs + asked }
    if options.gatedReadout {
      let gate = graph.dense("glu", outputs.gelu(), width).sigmoid()
      return -graph.dense("output", outputs * gate, task.outputDimension)
    }
    let labels = -outputs.slice(width - task.outputDimension..<width, axis: 1)
    guard let prior else { return labels }
    return labels + einsum("td,od->to", prompt.scored(prompt.tokens), labelRows(prior))
  }

  private func plan() throws -> WindowCell.Plan {
    if options.steps == 1 { return .one }
    if options.subLayers == .shared { return .descent(steps: options.steps) }
    guard options.steps == 2 else {
      throw KitError(
        "separate sub-layers are for two steps: set steps=2, or sub-layers=shared",
        path: "sub-layers")
    }
    return .three
  }

  /// One window: the x that was kept, its label, and the new x.
  private func stream(
    _ tokens: Tensor, _ cell: WindowCell, _ shared: [Tensor], _ memory: Memory, _ graph: Graph
  ) -> Tensor {
    let width = tokens.extent(1)
    let count = tokens.extent(0)
    let start = memory.recall("sums", [cell.plan.sums, width, width], in: graph)
    memory.keep("token", tokens[count - 1..<count])
    guard memory.isContinued else {
      memory.keep("sums", start)
      return graph.zeros([1, width])
    }
    let last = memory.recall("token", [1, width], in: graph)
    let window = concatenate([last, tokens], axis: 0).reshaped([1, 3, width])
    let result = cell.run(
      .scan, chunk: 1, sequences: [window], shared: Array(shared.prefix(4)), from: start)
    memory.keep("sums", result.last)
    return result.outputs
  }

  // MARK: Around the layer

  private func embedded(_ tokens: Tensor, _ graph: Graph) -> Tensor {
    guard options.embedding > 0 else { return tokens }
    let values = graph.dense("embedding", tokens, options.embedding)
    return (options.embeddingActivation == .tanh ? values.tanh() : values).named("embedded")
  }

  /// W_0 [D, D], whose last O rows predict labels.
  private func priorMap(_ graph: Graph) throws -> Tensor {
    guard options.embedding == 0 else {
      throw KitError("a prior map is of tokens without an embedding", path: "prior-map")
    }
    let width = task.inputDimension
    return graph.parameter("prior-map", initial: graph.zeros([width, width]))
  }

  private func labelRows(_ prior: Tensor) -> Tensor {
    prior[task.inputDimension - task.outputDimension..<task.inputDimension]
  }

  /// Labels less W_0 x of their x.
  private func residuals(_ tokens: Tensor, _ prior: Tensor?, _ memory: Memory) -> Tensor {
    guard let prior else { return tokens }
    let graph = tokens.graph
    let count = tokens.extent(0)
    let d = task.inputDimension
    let rows = graph.constant([d, 1]) { $0[0] < d - task.outputDimension ? 0 : 1 }
    let map = prior * rows
    if memory.isStreaming {
      guard memory.isContinued else { return tokens }
      let last = memory.recall("token", [1, d], in: graph)
      return concatenate([tokens[0..<1] - einsum("td,od->to", last, map), tokens[1..<2]], axis: 0)
    }
    let before = tokens.padded(axis: 0, before: 1)[0..<count]
    let isLabel = graph.constant([count, 1]) { Double($0[0] % 2) }
    return tokens - isLabel * einsum("td,od->to", before, map)
  }
}
