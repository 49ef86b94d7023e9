import Glibc
import ICLKit

/// Adam with decoupled weight decay: Kingma and Ba 2015; Loshchilov and Hutter 2019.
struct Adam: Optimizer {
  static let id = "adam"
  static let summary = "Adam, with decoupled weight decay (AdamW)"
  /// Means of the gradient and of its square.
  static let stateCount = 2

  @Option("step size η", 0...1e6) var learningRate = 0.003
  @Option("share of the gradient's mean that is kept", 0...0.9999999) var beta1 = 0.9
  @Option("share of the squared gradient's mean that is kept", 0...0.9999999) var beta2 = 0.999
  @Option("added to the root of the squared gradient's mean", 0...1) var epsilon = 1e-8
  @Option("share of a parameter that is taken off at learning rate 1", 0...1e6)
  var weightDecay = 0.0
  @Option(
    "names of parameters with a rate of their own and without weight decay, with commas between")
  var apart = ""
  @Option("step size η of the parameters that are apart", 0...1e6) var apartRate = 0.0

  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>) {
    let isApart = !apart.isEmpty && apart.split(separator: ",").contains { $0 == update.name }
    let rate = (isApart ? apartRate : learningRate) * update.learningRateScale
    let steps = Double(update.step)
    let keptMean = Scalar(beta1)
    let keptSquare = Scalar(beta2)
    let newMean = Scalar(1 - beta1)
    let newSquare = Scalar(1 - beta2)
    // Both means start at zero; dividing by 1 - βᵗ makes up for it.
    let meanScale = Scalar(rate / (1 - pow(beta1, steps)))
    let squareScale = Scalar(1 / (1 - pow(beta2, steps)))
    let kept = Scalar(isApart ? 1 : 1 - rate * weightDecay)
    let floor = Scalar(epsilon)
    let (parameters, gradients) = (update.parameters, update.gradients)
    let (means, squares) = (update.state(0), update.state(1))
    for i in 0..<update.count {
      let gradient = gradients[i]
      let mean = keptMean * means[i] + newMean * gradient
      let square = keptSquare * squares[i] + newSquare * gradient * gradient
      means[i] = mean
      squares[i] = square
      let root = (squareScale * square).squareRoot() + floor
      parameters[i] = kept * parameters[i] - meanScale * mean / root
    }
  }
}
