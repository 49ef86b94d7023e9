import ICLKit

/// Stochastic gradient Langevin dynamics around the starting point θ*: Welling and Teh 2011, with the
/// localization of Lau, Furman, Wang, Murfet and Wei 2023 (arXiv 2308.12108).
///
///     θ ← θ - ε/2 (nβ g + γ (θ - θ*)) + √ε N(0, 1)
///
/// θ* is what the parameter holds in the first step.
struct SGLD: Optimizer {
  static let id = "sgld"
  static let summary = "samples parameters around their start by Langevin dynamics (SGLD)"
  /// θ*.
  static let stateCount = 1

  @Option("step size ε", 0...1e6) var learningRate = 1e-5
  @Option("nβ, by which the gradient of the mean loss counts", 0...1e12)
  var inverseTemperature = 300.0
  @Option("γ, the pull towards the starting point", 0...1e12) var localization = 100.0
  @Option("seed of the noise", 0...2_147_483_647) var seed = 0

  func step<Scalar: BinaryFloatingPoint>(_ update: Update<Scalar>) {
    let epsilon = learningRate * update.learningRateScale
    let gradientShare = Scalar(epsilon / 2 * inverseTemperature)
    let pull = Scalar(epsilon / 2 * localization)
    let amplitude = Scalar(epsilon.squareRoot())
    let (parameters, gradients, center) = (update.parameters, update.gradients, update.state(0))
    if update.step == 1 { center.update(from: parameters, count: update.count) }
    let noise = Noise(seed: UInt64(seed), name: update.name, step: update.step)
    var first = 0
    while first < update.count {
      let normals = noise.values(piece: first / Noise.pieceLength)
      for offset in 0..<min(Noise.pieceLength, update.count - first) {
        let i = first + offset
        let drift = gradientShare * gradients[i] + pull * (parameters[i] - center[i])
        parameters[i] = parameters[i] - drift + amplitude * Scalar(normals[offset])
      }
      first += Noise.pieceLength
    }
  }
}
