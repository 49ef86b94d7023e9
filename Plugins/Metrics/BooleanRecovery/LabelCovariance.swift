import ICLKit

/// Cov(e_m, x_j) of labels with the bits and nodes that may tell them: what a gradient step sees.
///
/// At W = 0 a label's expected gradient is -(s/d)(1[j in its group] - r/d), with s this covariance.
struct LabelCovariance: Metric {
  static let id = "label-covariance"
  static let summary = "covariances of labels with input bits and given nodes"
  static let needs: MetricNeeds = [.predictions, .inputs]

  func begin(_ task: Signature) -> any Accumulator { Covariances(task) }
}

private final class Covariances: Accumulator {
  private let task: Signature
  private var prompts = 0.0
  private var tokens: [Double] = []
  private var labels: [Double] = []
  private var products: [Double] = []

  init(_ task: Signature) { self.task = task }

  func accumulate(_ chunk: Chunk) throws {
    guard let x = chunk.input("x") else {
      throw KitError("the host passed no bits", path: "x", code: .failed)
    }
    let chain = chunk.input("chain")
    let (d, t) = (task.inputDimension, task.outputDimension)
    let rows = (task.contextLength + 1) * d
    let width = d + (chain == nil ? 0 : t)
    if tokens.isEmpty {
      tokens = [Double](repeating: 0, count: width)
      labels = [Double](repeating: 0, count: t)
      products = [Double](repeating: 0, count: width * t)
    }
    for prompt in 0..<chunk.count {
      let read =
        Array(x[(prompt + 1) * rows - d..<(prompt + 1) * rows])
        + (chain.map { Array($0[prompt * t..<(prompt + 1) * t]) } ?? [])
      for (j, token) in read.enumerated() { tokens[j] += token }
      for m in 0..<t {
        let label = chunk.targets[prompt * t + m]
        labels[m] += label
        for (j, token) in read.enumerated() { products[j * t + m] += label * token }
      }
    }
    prompts += Double(chunk.count)
  }

  func finish(_ report: Report) {
    guard prompts > 0 else { return }
    let t = labels.count
    let values = products.indices.map {
      products[$0] / prompts - tokens[$0 / t] / prompts * labels[$0 % t] / prompts
    }
    report.table("covariance", values, [tokens.count, t], axes: ["token", "label"])
    report.vector("label-mean", labels.map { $0 / prompts }, axis: "label", firstIndex: 1)
  }
}
