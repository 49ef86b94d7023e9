import ICLKit

/// The heads of one layer, for tokens of width E = D + O.
struct Weights {
  /// V [H, rows, E]: rows = O where only labels are updated, else E.
  var value: Tensor
  /// W [H, E, columns]: columns = D where a query's label is known to be 0, else E.
  var keyQuery: Tensor
}

extension LinearAttention {
  func weights(in graph: Graph, _ task: Signature, updatesInputs: Bool = false) -> Weights {
    let (d, o) = (task.inputDimension, task.outputDimension)
    let width = d + o
    let columns = layers == 1 ? d : width
    let labelRowsStart = updatesInputs ? d : 0

    // Labels are updated from labels: V's rows for labels are 0 at inputs.
    let rows = updatesInputs ? width : o
    let isOneRow = rows == 1
    let valueMask = graph.constant(isOneRow ? [width] : [rows, width]) { index in
      let row = isOneRow ? 0 : index[0]
      return row >= labelRowsStart && index[index.count - 1] < d ? 0 : 1
    }
    let value = parameter(
      "heads.value", isOneRow ? [heads, width] : [heads, rows, width], in: graph, valueMask,
      standardDeviation: valueDeviation(width))

    // Keys are matched by inputs: W's rows, and K's columns, for labels are 0.
    switch parametrization {
    case .merged:
      let mask = graph.constant([width, 1]) { $0[0] < d ? 1 : 0 }
      let keyQuery = parameter(
        "heads.key-query", [heads, width, columns], in: graph, mask,
        standardDeviation: initialScale)
      return Weights(value: value.reshaped([heads, rows, width]), keyQuery: keyQuery)
    case .separate:
      let mask = graph.constant([width]) { $0[0] < d ? 1 : 0 }
      let deviation = keyDeviation(width)
      let key = parameter(
        "heads.key", [heads, rank, width], in: graph, mask, standardDeviation: deviation)
      let query = graph.parameter(
        "heads.query", [heads, rank, columns], standardDeviation: deviation)
      return Weights(
        value: value.reshaped([heads, rows, width]),
        keyQuery: einsum("hre,hrc->hec", key, query))
    }
  }

  private func parameter(
    _ name: String, _ shape: [Int], in graph: Graph, _ mask: Tensor, standardDeviation: Double
  ) -> Tensor {
    switch zeroBlocks {
    case .never:
      return graph.parameter(name, shape, standardDeviation: standardDeviation)
    case .start, .always:
      let stream = graph.path.isEmpty ? name : "\(graph.path).\(name)"
      let initial = standardDeviation * graph.normal(stream, shape) * mask
      let parameter = graph.parameter(name, initial: initial)
      return zeroBlocks == .always ? parameter * mask : parameter
    }
  }

  private func keyDeviation(_ width: Int) -> Double {
    switch initialization {
    case .A: initialScale
    case .B: initialScale / Double(width * rank).squareRoot()
    case .C: initialScale / Double(width * rank * heads).squareRoot()
    }
  }

  private func valueDeviation(_ width: Int) -> Double {
    switch (parametrization, initialization) {
    case (.merged, _), (_, .A), (_, .B): initialScale
    case (.separate, .C): initialScale / Double(heads * width * width).squareRoot()
    }
  }
}
