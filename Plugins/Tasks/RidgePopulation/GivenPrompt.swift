import ICLKit

/// One regression prompt that is spelt out, the same at every draw.
struct GivenPrompt: Task {
  static let id = "ridge-given"
  static let summary = "one regression prompt that is spelt out, to follow a computation by hand"

  @Option("D, the length of x", 1...256) var dimension = 2
  @Option("the inputs, one after the other, the query last: (N + 1) D numbers")
  var x: [Double] = [1, 2, -1, 0.5, 0.5, -1, 1, -1]
  @Option("the labels of the pairs: N numbers") var y: [Double] = [1, -2, 0.5]
  @Option("the target at the query") var target = 0.3
  @Option("what it says of the variance of its noise", 0...1e12) var noiseVariance = 1.0

  func signature() throws -> Signature {
    guard !y.isEmpty, x.count == (y.count + 1) * dimension else {
      throw KitError(
        "\(x.count) numbers for \(y.count) pairs and a query of dimension \(dimension): give "
          + "\((y.count + 1) * dimension)", path: "x")
    }
    return .regression(
      contextLength: y.count, inputDimension: dimension, scoring: .query,
      properties: ["noise-variance": noiseVariance, "prior-variance": 1])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    // A prompt is a tensor of each prompt, so what is the same for all is looked up by number.
    let row = 0 * graph.promptIndex()
    func prompt(_ values: [Double], _ shape: [Int]) -> Tensor {
      graph.constant(values, [1, values.count]).gather(row).reshaped(shape)
    }
    return [
      "x": prompt(x, [y.count + 1, dimension]), "y": prompt(y, [y.count, 1]),
      "target": prompt([target], [1, 1]),
    ]
  }
}
