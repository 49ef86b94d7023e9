import ICLKit

/// One prompt whose numbers are given, row by row: a fixture of a paper, or a worked example.
struct ListedPrompt: Task, TaskWithLoss {
  static let id = "listed-prompt"
  static let summary = "one prompt whose numbers are given"

  @Option("D, the length of x", 1...65536) var dimension = 2
  @Option("O, the length of y", 1...4096) var outputDimension = 2
  @Option("x of the pairs and of the query, D numbers each", -1e12...1e12)
  var x: [Double] = [1, 2, 0, 1, 2, -1, 1, 3]
  @Option("y of the pairs and of the query, O numbers each", -1e12...1e12)
  var y: [Double] = [-1, 3, -1, 0.5, 3, 3.5, -2, 3.5]
  @Option("half the squared error summed over outputs, or cross-entropy of one-hot targets")
  var loss = LossKind.squared
  @Option("the variance of x that the task says of itself", 1e-12...1e12) var inputVariance = 1.0
  @Option("what was taken off one-hot labels", 0...1) var labelShift = 0.0

  private var pairs: Int { x.count / dimension - 1 }

  func signature() throws -> Signature {
    guard x.count % dimension == 0, pairs >= 1 else {
      throw KitError(
        "\(x.count) numbers are not rows of \(dimension) for at least one pair and the query",
        path: "x")
    }
    guard y.count == (pairs + 1) * outputDimension else {
      throw KitError(
        "expected \(outputDimension) numbers for each of \(pairs) pairs and the query, found "
          + "\(y.count)", path: "y")
    }
    return .regression(
      contextLength: pairs, inputDimension: dimension, outputDimension: outputDimension,
      scoring: .query,
      properties: [
        "set-size": 1, "input-variance": inputVariance, "input-kurtosis": 3,
        "label-shift": labelShift,
      ])
  }

  func declare(_ graph: Graph) -> KeyValuePairs<String, Tensor> {
    let labels = graph.constant(y, [pairs + 1, outputDimension])
    // The index makes it a tensor of the prompt.
    let zero = (0 * graph.promptIndex()).reshaped([1, 1])
    return [
      "x": graph.constant(x, [pairs + 1, dimension]) + zero,
      "y": labels[0..<pairs] + zero, "target": labels[pairs..<pairs + 1] + zero,
    ]
  }

  func loss(_ graph: Graph, of predictions: Tensor) -> Tensor {
    let target = graph.input("target")
    guard loss == .crossEntropy else {
      return 0.5 * (predictions - target).squared().sum(axis: -1)
    }
    let shifted = predictions - predictions.max(axis: -1, keepAxis: true)
    return shifted.exp().sum(axis: -1).log() - (shifted * target).sum(axis: -1)
  }
}

enum LossKind: String, OptionChoice {
  case squared
  case crossEntropy = "cross-entropy"
}
