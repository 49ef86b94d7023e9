import ICLKit

/// Gradient descent with memory: m ← μ m + g, θ ← θ - η m; Nesterov: θ ← θ - η (g + μ m).
struct Momentum: Optimizer {
  static let id = "momentum"
  static let summary = "gradient descent with heavy-ball or Nesterov momentum"
  static let stateCount = 1

  @Option("step size η", 0...1e6) var learningRate = 0.01
  @Option("share μ of the last direction that is kept", 0...0.9999999) var momentum = 0.9
  @Option("look ahead along the direction (Nesterov)") var nesterov = false

  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>) {
    let rate = Scalar(learningRate * update.learningRateScale)
    let kept = Scalar(momentum)
    // The step is rate (a g + b m).
    let (gradientShare, momentumShare): (Scalar, Scalar) = nesterov ? (1, kept) : (0, 1)
    let (parameters, gradients) = (update.parameters, update.gradients)
    let direction = update.state(0)
    for i in 0..<update.count {
      let next = kept * direction[i] + gradients[i]
      direction[i] = next
      parameters[i] -= rate * (gradientShare * gradients[i] + momentumShare * next)
    }
  }
}
