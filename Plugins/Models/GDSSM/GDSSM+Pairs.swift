import ICLKit
import SequenceLayers

extension GDSSM {
  /// With c_t = (x_t, y_t), t = 1…N, and a = sigmoid(α) in (0, 1)^m, m = D + O:
  ///     S_t = diag(a) S_{t-1} + 1/N (V c_t) (K c_t)ᵀ,   ŷ = w_o S Q (x, 0)
  /// with S the state before x.
  func pairs(_ graph: Graph, _ task: Signature, _ memory: Memory) throws -> Tensor {
    let n = task.contextLength
    let width = task.inputDimension + task.outputDimension
    let x = graph.input("x")
    func matrix(_ name: String, _ rows: Int) -> Tensor {
      graph.parameter(name, [rows, width], standardDeviation: initialScale)
    }
    let scale = divisor > 0 ? divisor : Double(n)
    let (value, key, query) = (matrix("value", width), matrix("key", width), matrix("query", width))
    let alpha = graph.parameter(
      "decay", initial: graph.constant([width]) { _ in initialDecay })
    let readout = matrix("readout", task.outputDimension)
    func recurrence(_ pairs: Tensor, _ asked: Tensor) -> GatedRecurrence {
      let values = einsum("ij,tj->ti", value, pairs) / scale
      let keys = einsum("ij,tj->ti", key, pairs)
      let queries = einsum("ij,tj->ti", query, asked)
      return GatedRecurrence(
        values: values.named("values"), keys: keys.named("keys"),
        queries: queries.named("queries"), decay: alpha, readout: readout)
    }
    if memory.isStreaming {
      let asked = PromptLayout.queryTokens(x, outputs: task.outputDimension)
      let last = memory.recall("token", [1, task.inputDimension], in: graph)
      var state = memory.recall("sums", [width, width], in: graph)
      let label =
        memory.isContinued ? graph.input("y") : graph.zeros([1, task.outputDimension])
      let layer = recurrence(concatenate([last, label], axis: 1), asked)
      if memory.isContinued { state = layer.next(after: state) }
      memory.keep("token", x)
      memory.keep("sums", state)
      return layer.read(state, layer.queries)
    }
    let layer = recurrence(
      PromptLayout.contextPairs(x, graph.input("y")),
      PromptLayout.queryTokens(
        x[(n + 1 - task.positions)..<n + 1], outputs: task.outputDimension))
    // Between pairs: the state, and the x whose label is to come.
    memory.count(width * width + task.inputDimension)
    return switch (form, task.scoring) {
    case (.scan, .query): layer.scanToQuery()
    case (.scan, .everyPrefix): layer.scan()
    case (.recurrence, .query): layer.stackToQuery()
    case (.recurrence, .everyPrefix): layer.stack()
    case (.chunked, .query): layer.weightedSum()
    case (.chunked, .everyPrefix): layer.chunked(chunk)
    }
  }
}
