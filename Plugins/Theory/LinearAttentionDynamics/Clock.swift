/// Between optimizer steps and the paper's time, and between a program's weights and the paper's.
///
/// Gradient descent at rate η on the mean squared error is gradient flow τ dw/dt = -½ ∂L/∂w with
/// τ = 1 / (2 η) steps. A program that leaves out 1/N has the flow of weights w' = w / N^(1/layers),
/// so that w = N^(1/2) w', τ = 1 / (2 η N) merged, and w = N^(1/3) w', τ = 1 / (2 η N^(2/3))
/// separate. Derived.
public struct Clock: Hashable, Sendable {
  /// Steps in one unit of τ.
  public let stepsPerTau: Double
  /// What a weight of the program is multiplied by.
  public let weightScale: Double

  /// - Parameters:
  ///   - layers: how many weights are multiplied: 2 for merged, 3 for separate attention.
  ///   - divisor: what the program does not divide sums by; 1 if it divides by the pairs.
  public init(learningRate: Double, layers: Int, divisor: Double) {
    weightScale = power(divisor, 1 / Double(layers))
    stepsPerTau = 1 / (2 * learningRate * weightScale * weightScale)
  }

  public func time(atStep step: Double) -> Double { step / stepsPerTau }
  public func step(atTime time: Double) -> Double { time * stepsPerTau }
}
