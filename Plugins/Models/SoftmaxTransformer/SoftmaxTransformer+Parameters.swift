import ICLKit

extension SoftmaxTransformer {
  /// A weight that sums over this many inputs: normal of variance 1 / inputs, or uniform.
  func matrix(_ name: String, _ shape: [Int], inputs: Int, in graph: Graph) -> Tensor {
    initial(name, shape, normal: 1 / Double(inputs).squareRoot(), uniform: inputs, in: graph)
  }

  /// Zero at the start, or uniform.
  func bias(_ name: String, _ shape: [Int], inputs: Int, in graph: Graph) -> Tensor {
    initial(name, shape, normal: 0, uniform: inputs, in: graph)
  }

  /// Of this standard deviation; or uniform within ± 1/√inputs.
  func initial(
    _ name: String, _ shape: [Int], normal deviation: Double, uniform inputs: Int, in graph: Graph
  ) -> Tensor {
    if initialization == .uniform {
      let unit = graph.uniform("\(graph.path).\(name)", shape)
      return graph.parameter(name, initial: (2 * unit - 1) / Double(inputs).squareRoot())
    }
    return deviation == 0
      ? graph.parameter(name, initial: graph.zeros(shape))
      : graph.parameter(name, shape, standardDeviation: deviation)
  }

  func norm(_ name: String, _ tokens: Tensor, in graph: Graph) -> Tensor {
    guard layerNorm else { return tokens }
    let gain = graph.parameter("\(name).gain", initial: graph.ones([width]))
    let bias = graph.parameter("\(name).bias", initial: graph.zeros([width]))
    return tokens.layerNorm(gain: gain, bias: bias)
  }
}
