import ICLKit

/// θ ← θ - η g
struct GradientDescent: Optimizer {
  static let id = "gradient-descent"
  static let summary = "plain gradient descent"
  static let stateCount = 0

  @Option("step size η", 0...1e12) var learningRate = 0.05

  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>) {
    let rate = Scalar(learningRate * update.learningRateScale)
    let (parameters, gradients) = (update.parameters, update.gradients)
    for i in 0..<update.count { parameters[i] -= rate * gradients[i] }
  }
}
