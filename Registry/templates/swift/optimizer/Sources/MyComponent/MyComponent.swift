import ICLKit

/// Descent by signs: every parameter moves by the rate, against the sign of its averaged gradient
/// m ← b m + (1 - b) g.
struct MyComponent: Optimizer {
  static let id = "my-component"
  static let summary = "descent by the signs of averaged gradients"
  static let stateCount = 1

  @Option("how far each parameter moves", 0...1e6) var learningRate = 0.001
  @Option("share of the average that is kept", 0...0.9999999) var memory = 0.9

  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>) {
    let size = Scalar(learningRate * update.learningRateScale)
    let kept = Scalar(memory)
    let (parameters, gradients) = (update.parameters, update.gradients)
    let average = update.state(0)
    for i in 0..<update.count {
      average[i] = kept * average[i] + (1 - kept) * gradients[i]
      if average[i] != 0 { parameters[i] -= average[i] > 0 ? size : -size }
    }
  }
}
