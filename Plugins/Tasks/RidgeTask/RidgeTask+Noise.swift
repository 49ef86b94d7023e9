import ICLKit

enum NoiseLaw: String, OptionChoice { case fixed, uniform, categorical }

extension RidgeTask {
  /// The standard deviation of this prompt's noise, [1].
  func drawDeviation(_ graph: Graph) -> Tensor {
    let u = graph.uniform("ridge.noise-deviation", [1], per: .prompt)
    guard noise == .categorical else { return noiseMaximum * u }
    let levels = graph.constant(noiseLevels, [noiseLevels.count])
    return levels.gather((Double(noiseLevels.count) * u).floor())
  }

  /// E σ², which is what a predictor with one penalty for all prompts wants.
  func meanNoiseVariance() throws -> Double {
    switch noise {
    case .fixed: return noiseVariance
    case .uniform: return noiseMaximum * noiseMaximum / 3
    case .categorical:
      guard !noiseLevels.isEmpty else {
        throw KitError("noise=categorical needs at least one level", path: "noise-levels")
      }
      return noiseLevels.map { $0 * $0 }.reduce(0, +) / Double(noiseLevels.count)
    }
  }

  /// What a predictor may know of the noise: E σ², and the law of σ where it differs from prompt to
  /// prompt.
  func noiseProperties() throws -> [String: Double] {
    var properties = ["noise-variance": try meanNoiseVariance()]
    switch noise {
    case .fixed: break
    case .uniform: properties["noise-maximum"] = noiseMaximum
    case .categorical:
      for (index, level) in noiseLevels.enumerated() { properties["noise-level-\(index)"] = level }
    }
    return properties
  }
}
